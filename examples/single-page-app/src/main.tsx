// A single-page app that signs people in with @logto/react: who they are, their organizations, and a token for one.
import { LogtoProvider, UserScope, useHandleSignInCallback, useLogto, type IdTokenClaims } from '@logto/react';
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

declare const ENDPOINT: string, APP_ID: string, SCOPES: string[];

const config = { endpoint: ENDPOINT, appId: APP_ID,
  scopes: [UserScope.Email, UserScope.Organizations, UserScope.OrganizationRoles, ...SCOPES] };
const { origin } = window.location;
const goHome = (): void => window.location.replace('/');

function Callback() {
  const { error } = useHandleSignInCallback(goHome);
  return error ? <p role="alert">{error.message} <a href="/">Back</a></p> : <p>One moment …</p>;
}

function Organization({ id }: { id: string }) {
  const { getOrganizationTokenClaims } = useLogto();
  const [text, setText] = useState('');
  const ask = async (): Promise<void> => {
    try {
      setText(JSON.stringify(await getOrganizationTokenClaims(id), null, 2));
    } catch (error) {
      setText((error as Error).message);
    }
  };
  return <li><button type="button" onClick={ask}>{id}</button>{text && <pre>{text}</pre>}</li>;
}

function SignedIn() {
  const { getIdTokenClaims, signOut } = useLogto();
  const [claims, setClaims] = useState<IdTokenClaims>();
  useEffect(() => { void getIdTokenClaims().then(setClaims); }, [getIdTokenClaims]);
  if (!claims) return <p>One moment …</p>;
  return <>
    <p>Signed in as {claims.username ?? claims.sub}.</p>
    <h2>ID token</h2>
    <pre>{JSON.stringify(claims, null, 2)}</pre>
    <h2>Organizations</h2>
    <ul>{claims.organizations?.map((id) => <Organization key={id} id={id} />)}</ul>
    <button type="button" onClick={() => signOut(origin)}>Sign out</button>
  </>;
}

function Home() {
  const { isAuthenticated, isLoading, signIn } = useLogto();
  if (isAuthenticated) return <SignedIn />;
  return <button type="button" disabled={isLoading} onClick={() => signIn(`${origin}/callback`)}>Sign in</button>;
}

createRoot(document.getElementById('app')!).render(
  <LogtoProvider config={config}>
    <h1>Single-page app</h1>
    {window.location.pathname === '/callback' ? <Callback /> : <Home />}
  </LogtoProvider>,
);
