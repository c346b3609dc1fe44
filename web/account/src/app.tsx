// Who is signed in, and which section is shown: the address of the page.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../shared/api.ts';
import { Logo } from '../../shared/look.tsx';
import { type Key, t } from '../../shared/page.ts';
import { useFocusing } from '../../shared/ui.tsx';
import { AccountContext } from './account.ts';
import { type Account, readAccount } from './api.ts';
import { Apps } from './apps.tsx';
import { center, client, shows } from './client.ts';
import { Organizations } from './organizations.tsx';
import { Profile } from './profile.tsx';
import { ProofDialog } from './proof.tsx';
import { Security } from './security.tsx';
import { Sessions } from './sessions.tsx';

interface Section { path: string; title: Key; show: () => ComponentChildren; isThere: () => boolean }

const sections: Section[] = [
  { path: '/account/profile', title: 'account.profile', show: () => <Profile />, isThere: () => true },
  { path: '/account/security', title: 'account.security', show: () => <Security />,
    isThere: () => shows('email') || shows('phone') || shows('password') || shows('social') || shows('mfa') },
  { path: '/account/sessions', title: 'account.sessions', show: () => <Sessions />, isThere: () => shows('session') },
  { path: '/account/apps', title: 'account.apps', show: () => <Apps />, isThere: () => shows('session') },
  { path: '/account/organizations', title: 'account.organizations', show: () => <Organizations />,
    isThere: () => shows('organizations') },
];

/** Follows links between the sections without loading the page again. */
function usePath(): [string, (path: string) => void] {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const look = () => setPath(location.pathname);
    addEventListener('popstate', look);
    return () => removeEventListener('popstate', look);
  }, []);
  return [path, (to) => { history.pushState(null, '', to); setPath(to); }];
}

function Navigation({ now, go }: { now: Section; go: (path: string) => void }) {
  const strip = useRef<HTMLElement>(null);
  useEffect(() => {	// on a small screen the sections are a strip, of which a part is seen
    const show = () => {
      const all = strip.current, here = all?.querySelector<HTMLElement>('[aria-current]');
      if (all && here) all.scrollLeft = here.offsetLeft - (all.clientWidth - here.offsetWidth) / 2;
    };
    show();
    addEventListener('resize', show);
    return () => removeEventListener('resize', show);
  }, [now]);
  return (
    <nav class="sections" aria-label={t('account.title')} ref={strip}>
      <ul>{sections.filter((one) => one.isThere()).map((one) => (
        <li key={one.path}><a href={one.path} aria-current={one === now ? 'page' : undefined}
          onClick={(event) => { if (!event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); go(one.path); } }}>
          {t(one.title)}</a></li>))}</ul>
    </nav>
  );
}

function Page({ account, reload }: { account: Account; reload: () => Promise<void> }) {
  const [path, go] = usePath();
  const heading = useRef<HTMLHeadingElement>(null), moved = useRef(false);
  const now = sections.find((one) => one.path === path && one.isThere()) ?? sections[0] as Section;
  useFocusing(() => {
    document.title = `${t(now.title)} · ${t('account.title')}`;
    if (moved.current) heading.current?.focus();
    moved.current = true;
  }, [now]);
  return (
    <AccountContext.Provider value={{ account, reload }}>
      <div class="account">
        <header class="bar">
          <Logo />
          <p class="bar-title">{t('account.title')}</p>
          <button type="button" class="small-button" onClick={() => void client.signOut()}>{t('action.sign_out')}</button>
        </header>
        <div class="account-body">
          <Navigation now={now} go={go} />
          <main class="account-main">
            <h1 class="title" tabIndex={-1} ref={heading}>{t(now.title)}</h1>
            {now.show()}
          </main>
        </div>
        <ProofDialog />
      </div>
    </AccountContext.Provider>
  );
}

const isAway = (fault: Error) => fault instanceof ApiError && fault.status === 0;

const Message = ({ title, children }: { title: string; children?: ComponentChildren }) => (
  <div class="page"><main class="card"><Logo /><h1 class="title">{title}</h1>{children}</main></div>
);

export function App() {
  const [account, setAccount] = useState<Account>();
  const [fault, setFault] = useState<Error>();
  const load = async () => setAccount(await readAccount());
  useEffect(() => {
    document.title = t('account.title');
    if (!center.enabled) return;
    client.tokens().then((found) => found ? load() : client.signIn())
      .catch(setFault);
  }, []);
  if (!center.enabled) return <Message title={t('account.title')}><p class="description">{t('account.switched_off')}</p></Message>;
  if (fault) return (
    <Message title={t('account.title')}>
      <p role="alert" class="alert">{fault.message || t('error.unknown')}</p>
      <div class="actions">{isAway(fault)
        ? <button type="button" class="button" onClick={() => location.reload()}>{t('action.try_again')}</button>
        : <button type="button" class="button" onClick={() => void client.signIn()}>{t('action.sign_in')}</button>}</div>
    </Message>
  );
  if (!account) return <Message title={t('account.title')}><p class="description" role="status">{t('description.one_moment')}</p></Message>;
  return <Page account={account} reload={load} />;
}
