// Guides of applications with a server, which keeps the secret.
import type { Step, Values } from './guides.ts';

const environment = ({ secret }: Values, more = ''): Step => ({ title: 'secret', file: '.env', code: `APP_SECRET=${secret}${more}` });

export const next = (values: Values): Step[] => [
  { title: 'install', code: 'npm install @logto/next' },
  environment(values, '\nCOOKIE_SECRET=  # openssl rand -base64 32'),
  { title: 'configure', file: 'app/logto.ts', code: `export const logtoConfig = {
  endpoint: '${values.endpoint}',
  appId: '${values.appId}',
  appSecret: process.env.APP_SECRET!,
  baseUrl: 'http://localhost:3000',
  cookieSecret: process.env.COOKIE_SECRET!,
  cookieSecure: process.env.NODE_ENV === 'production',
};` },
  { title: 'callback', file: 'app/callback/route.ts', code: `import { handleSignIn } from '@logto/next/server-actions';
import { redirect } from 'next/navigation';
import type { NextRequest } from 'next/server';
import { logtoConfig } from '../logto';

export async function GET(request: NextRequest) {
  await handleSignIn(logtoConfig, request.nextUrl.searchParams);
  redirect('/');
}` },
  { title: 'buttons', file: 'app/page.tsx', code: `import { getLogtoContext, signIn, signOut } from '@logto/next/server-actions';
import { logtoConfig } from './logto';

export default async function Home() {
  const { isAuthenticated, claims } = await getLogtoContext(logtoConfig);
  return isAuthenticated
    ? <form action={async () => { 'use server'; await signOut(logtoConfig); }}>
        <p>Hello {claims?.name ?? claims?.sub}</p>
        <button>Sign out</button>
      </form>
    : <form action={async () => { 'use server'; await signIn(logtoConfig); }}>
        <button>Sign in</button>
      </form>;
}` },
];

export const express = (values: Values): Step[] => [
  { title: 'install', code: 'npm install @logto/express express express-session cookie-parser' },
  environment(values, '\nSESSION_SECRET=  # openssl rand -base64 32'),
  { title: 'configure', file: 'app.js', code: `import { handleAuthRoutes, withLogto } from '@logto/express';
import cookieParser from 'cookie-parser';
import express from 'express';
import session from 'express-session';

const config = {
  endpoint: '${values.endpoint}',
  appId: '${values.appId}',
  appSecret: process.env.APP_SECRET,
  baseUrl: 'http://localhost:3000',
};

const app = express();
app.use(cookieParser());
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }));
// makes /logto/sign-in, /logto/sign-in-callback and /logto/sign-out
app.use(handleAuthRoutes(config));` },
  { title: 'who', file: 'app.js', code: `app.get('/', withLogto(config), (request, response) => {
  response.json(request.user.isAuthenticated ? request.user.claims : { signIn: '/logto/sign-in' });
});

app.listen(3000);` },
];

export const node = (values: Values): Step[] => [
  { title: 'install', code: 'npm install @logto/node' },
  environment(values),
  { title: 'configure', file: 'client.js', code: `import LogtoClient from '@logto/node';

const config = {
  endpoint: '${values.endpoint}',
  appId: '${values.appId}',
  appSecret: process.env.APP_SECRET,
};

// One for each request. \`session\`: what you keep of this browser, a Map for example.
export const clientFor = (session, response) => new LogtoClient(config, {
  navigate: (url) => response.writeHead(303, { location: url }).end(),
  storage: {
    getItem: async (key) => session.get(key) ?? null,
    setItem: async (key, value) => { session.set(key, value); },
    removeItem: async (key) => { session.delete(key); },
  },
});` },
  { title: 'callback', file: 'server.js', code: `// GET /callback
await clientFor(session, response).handleSignInCallback('http://localhost:3000' + request.url);
response.writeHead(303, { location: '/' }).end();` },
  { title: 'buttons', file: 'server.js', code: `// GET /sign-in
await clientFor(session, response).signIn({ redirectUri: 'http://localhost:3000/callback' });

// GET /sign-out
await clientFor(session, response).signOut('http://localhost:3000/');` },
  { title: 'who', file: 'server.js', code: `// GET /
const { isAuthenticated, claims } = await clientFor(session, response).getContext();
response.end(isAuthenticated ? \`Hello \${claims.name ?? claims.sub}\` : 'Nobody has signed in');` },
];

export const python = (values: Values): Step[] => [
  { title: 'install', code: 'pip install flask authlib requests' },
  environment(values, '\nSESSION_SECRET=  # openssl rand -base64 32'),
  { title: 'configure', file: 'app.py', code: `import os
from urllib.parse import urlencode

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]

oauth = OAuth(app)
oauth.register(
    "guildhall",
    server_metadata_url="${values.endpoint}/oidc/.well-known/openid-configuration",
    client_id="${values.appId}",
    client_secret=os.environ["APP_SECRET"],
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)` },
  { title: 'callback', file: 'app.py', code: `@app.get("/callback")
def callback():
    token = oauth.guildhall.authorize_access_token()
    session["user"] = token["userinfo"]
    return redirect("/")` },
  { title: 'buttons', file: 'app.py', code: `@app.get("/sign-in")
def sign_in():
    return oauth.guildhall.authorize_redirect("http://localhost:5000/callback")


@app.get("/sign-out")
def sign_out():
    session.clear()
    return redirect("${values.endpoint}/oidc/session/end?" + urlencode({
        "client_id": "${values.appId}",
        "post_logout_redirect_uri": "http://localhost:5000/",
    }))` },
  { title: 'who', file: 'app.py', code: `@app.get("/")
def home():
    return session.get("user") or {"sign_in": "/sign-in"}` },
];

export const go = (values: Values): Step[] => [
  { title: 'install', code: 'go get github.com/coreos/go-oidc/v3/oidc golang.org/x/oauth2' },
  environment(values),
  { title: 'configure', file: 'main.go', code: `provider, err := oidc.NewProvider(context.Background(), "${values.endpoint}/oidc")
if err != nil {
	log.Fatal(err)
}
config := oauth2.Config{
	ClientID:     "${values.appId}",
	ClientSecret: os.Getenv("APP_SECRET"),
	Endpoint:     provider.Endpoint(),
	RedirectURL:  "http://localhost:8080/callback",
	Scopes:       []string{oidc.ScopeOpenID, "profile", "email"},
}
verifier := provider.Verifier(&oidc.Config{ClientID: config.ClientID})` },
  { title: 'buttons', file: 'main.go', code: `keep := func(w http.ResponseWriter, name, value string) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/callback", HttpOnly: true, MaxAge: 600})
}
http.HandleFunc("/sign-in", func(w http.ResponseWriter, r *http.Request) {
	state, proof := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	keep(w, "state", state)
	keep(w, "proof", proof)
	http.Redirect(w, r, config.AuthCodeURL(state, oauth2.S256ChallengeOption(proof)), http.StatusFound)
})` },
  { title: 'callback', file: 'main.go', code: `http.HandleFunc("/callback", func(w http.ResponseWriter, r *http.Request) {
	state, err := r.Cookie("state")
	proof, missing := r.Cookie("proof")
	if err != nil || missing != nil || state.Value != r.URL.Query().Get("state") {
		http.Error(w, "sign in again", http.StatusBadRequest)
		return
	}
	token, err := config.Exchange(r.Context(), r.URL.Query().Get("code"), oauth2.VerifierOption(proof.Value))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	raw, _ := token.Extra("id_token").(string)
	person, err := verifier.Verify(r.Context(), raw)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	fmt.Fprintf(w, "Hello %s", person.Subject)
})
log.Fatal(http.ListenAndServe(":8080", nil))` },
];

export const anyClient = ({ endpoint, appId, secret }: Values): Step[] => [
  { title: 'discovery', code: `${endpoint}/oidc/.well-known/openid-configuration` },
  { title: 'client', code: `client_id      ${appId}
client_secret  ${secret}
response_type  code
scope          openid profile email offline_access
PKCE           S256` },
  { title: 'who', code: `curl '${endpoint}/oidc/me' \\
  -H "Authorization: Bearer $ACCESS_TOKEN"` },
];
