// The administrator's session: OpenID Connect with @logto/react, as any application has it. Whoever has not signed in is taken
// to the sign-in page, and back to the address that was opened.
import { LogtoProvider, UserScope, useHandleSignInCallback, useLogto, type IdTokenClaims } from '@logto/react';
import { Button, Loader, Text, Title } from '@mantine/core';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import { ApiError, tokensFrom } from './api/client.ts';
import { chosenLanguage, t } from './locales/index.ts';
import { basePath, page } from './page.ts';

const config = { endpoint: page.adminEndpoint, appId: page.appId, resources: [page.resource, page.adminResource],
  scopes: ['all', UserScope.Profile, UserScope.Email] };
const callback = `${page.adminEndpoint}${basePath}/callback`;
const opened = 'guildhall:console:opened';

export interface Me { claims: IdTokenClaims; signOut: () => void }
const MeContext = createContext<Me | undefined>(undefined);

/** Who has signed in. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe() outside of the session');
  return me;
}

function Middle({ children }: { children: ReactNode }) {
  return <main className="middle">{children}</main>;
}

function Waiting() {
  return <Middle><Loader size="sm" aria-label={t.common.loading} /><Text c="dimmed" role="status">{t.frame.signingIn}</Text></Middle>;
}

function Failed({ message, again, title = t.frame.signInFailed }: { message: string; again: () => void; title?: string }) {
  return <Middle>
    <Title order={1}>{title}</Title><Text c="dimmed" role="alert">{message}</Text>
    <Button onClick={again}>{t.frame.signInAgain}</Button>
  </Middle>;
}

/** Where the sign-in page leads back to. */
function Callback() {
  const { error } = useHandleSignInCallback(() => window.location.replace(sessionStorage.getItem(opened) ?? `${basePath}/`));
  return error ? <Failed message={error.message} again={() => window.location.replace(`${basePath}/`)} /> : <Waiting />;
}

const isServerThere = () => fetch(`${page.adminEndpoint}/oidc/.well-known/openid-configuration`).then(({ ok }) => ok, () => false);

function SignedIn({ children }: { children: ReactNode }) {
  const { isAuthenticated, isLoading, error, signIn, signOut, getAccessToken, getIdTokenClaims, clearAllTokens } = useLogto();
  const [me, setMe] = useState<Me>();
  const [failure, setFailure] = useState<Error>();
  const begin = () => {
    sessionStorage.setItem(opened, window.location.pathname + window.location.search);
    const language = chosenLanguage();
    void signIn({ redirectUri: callback, ...(language ? { extraParams: { ui_locales: language } } : {}) }).catch(setFailure);
  };

  // isLoading is true during every call of the client, also those made here: it may start a sign-in, and nothing else
  useEffect(() => {
    if (!isAuthenticated) return;
    tokensFrom(async (resource) => {
      const token = await getAccessToken(resource);	// undefined for whatever went wrong
      if (token) return token;
      if (!await isServerThere()) throw new ApiError(0, 'away', '');
      await clearAllTokens();	// the refresh token is over
      begin();
      throw new ApiError(401, 'auth.session_over', t.frame.signingIn);
    });
    void getIdTokenClaims().then((claims) => claims
      && setMe({ claims, signOut: () => void signOut(`${page.adminEndpoint}${basePath}`) }));
  }, [isAuthenticated]);
  const must = !isAuthenticated && !isLoading && !error;
  useEffect(() => { if (must) begin(); }, [must]);

  const wrong = failure ?? (isAuthenticated ? undefined : error);
  if (wrong) return <Failed message={wrong.message} again={() => { setFailure(undefined); begin(); }} />;
  return me ? <MeContext value={me}>{children}</MeContext> : <Waiting />;
}

export function Session({ children }: { children: ReactNode }) {
  return <LogtoProvider config={config}>
    {window.location.pathname === `${basePath}/callback` ? <Callback /> : <SignedIn>{children}</SignedIn>}
  </LogtoProvider>;
}

/** Instead of a page, for somebody whom the Management API refuses. */
export function NoAccess() {
  const { signOut } = useMe();
  return <Failed title={t.frame.noAccess} message={t.frame.noAccessText} again={signOut} />;
}
