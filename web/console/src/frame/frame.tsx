// The frame: navigation on the left, above the content a bar that tells where one is.
import { ActionIcon, Kbd, Menu, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconBuildingCommunity, IconDeviceDesktop, IconLanguage, IconLogout, IconMenu2, IconMoon, IconSearch, IconSun,
  IconUserCircle } from '@tabler/icons-react';
import { Link, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import { chooseLanguage, language, languageNames, loadRest, t } from '../locales/index.ts';
import { page } from '../page.ts';
import { navigation } from '../routes.tsx';
import { useMe } from '../session.tsx';
import { Questions } from '../ui/confirm.tsx';
import { useKeptFocus } from '../ui/keep-focus.ts';
import { Picture } from '../ui/picture.tsx';
import { Toasts } from '../ui/toast.tsx';
import { Breadcrumb, Subject } from './breadcrumb.tsx';

const loadPalette = () => loadRest().then(() => import('./palette.tsx'));
const CommandPalette = lazy(loadPalette);
const NavigationDrawer = lazy(() => import('./drawer.tsx'));

function Navigation({ onGo, label }: { onGo?: () => void; label: string }) {
  return <nav aria-label={label} className="navigation">
    <Link to="/" className="brand" onClick={onGo}><IconBuildingCommunity size={20} stroke={1.5} aria-hidden /><span>{t.frame.product}</span></Link>
    {navigation.map((group) => <section key={group.group} aria-label={group.label}>
      <h2>{group.label}</h2>
      <ul>{group.entries.map((one) => <li key={one.path}>
        <Link to={one.path} onClick={onGo} title={one.label} activeProps={{ 'aria-current': 'page' }} activeOptions={{ includeSearch: false }}>
          <one.icon size={20} stroke={1.5} aria-hidden /><span>{one.label}</span>
        </Link>
      </li>)}</ul>
    </section>)}
  </nav>;
}

const schemes = [['light', IconSun], ['dark', IconMoon], ['auto', IconDeviceDesktop]] as const;
const schemeName = { light: () => t.frame.light, dark: () => t.frame.dark, auto: () => t.frame.system };

function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = schemes.find(([name]) => name === colorScheme)![1];
  return <Menu>
    <Menu.Target><ActionIcon aria-label={t.frame.theme}><Current size={20} stroke={1.5} /></ActionIcon></Menu.Target>
    <Menu.Dropdown>{schemes.map(([name, Icon]) => <Menu.Item key={name} leftSection={<Icon size={16} stroke={1.5} />}
      aria-current={name === colorScheme || undefined} onClick={() => setColorScheme(name)}>{schemeName[name]()}</Menu.Item>)}</Menu.Dropdown>
  </Menu>;
}

function MeMenu() {
  const { claims, signOut } = useMe();
  const name = claims.name ?? claims.username ?? claims.email ?? claims.sub;
  return <Menu>
    <Menu.Target><ActionIcon aria-label={t.frame.me} radius="xl"><Picture name={name} src={claims.picture} size={24} round /></ActionIcon></Menu.Target>
    <Menu.Dropdown>
      <Menu.Label>{name}</Menu.Label>
      <Menu.Item component="a" href={`${page.adminEndpoint}/account/profile`} leftSection={<IconUserCircle size={16} stroke={1.5} />}>
        {t.frame.profile}</Menu.Item>
      {languageNames.length > 1 && <>
        <Menu.Label><IconLanguage size={12} aria-hidden /> {t.frame.language}</Menu.Label>
        {languageNames.map((one) => <Menu.Item key={one.tag} lang={one.tag} aria-current={one.tag === language || undefined}
          onClick={() => chooseLanguage(one.tag)}>{one.name}</Menu.Item>)}
      </>}
      <Menu.Divider />
      <Menu.Item onClick={signOut} leftSection={<IconLogout size={16} stroke={1.5} />}>{t.frame.signOut}</Menu.Item>
    </Menu.Dropdown>
  </Menu>;
}

function Bar({ openMenu, openPalette }: { openMenu: () => void; openPalette: () => void }) {
  return <header className="bar">
    <ActionIcon className="narrow-only" aria-label={t.frame.menu} onClick={openMenu}><IconMenu2 size={20} stroke={1.5} /></ActionIcon>
    <Breadcrumb />
    <Tooltip label={t.frame.palette.placeholder}>
      <UnstyledButton className="search-button" onClick={openPalette} aria-keyshortcuts="Control+K">
        <IconSearch size={16} stroke={1.5} aria-hidden /><span>{t.common.search}</span><Kbd size="xs" aria-hidden>Ctrl K</Kbd>
      </UnstyledButton>
    </Tooltip>
    <ThemeMenu /><MeMenu />
  </header>;
}

/** Safari has no idle time to tell of. */
function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) window.requestIdleCallback(run);
  else setTimeout(run, 1000);
}

export function Frame({ children }: { children: ReactNode }) {
  const [menu, setMenu] = useState(false), [palette, setPalette] = useState(false);
  const { pathname } = useLocation();
  useKeptFocus();
  // what is typed at once after Ctrl-K is not to wait for the palette; a page that needs the texts asks again, and shows why it fails
  useEffect(() => whenIdle(() => { loadPalette().catch(() => {}); }), []);
  useEffect(() => setMenu(false), [pathname]);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') { event.preventDefault(); setPalette(true); }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return <Toasts><Subject><Questions>
    <a className="skip" href="#content">{t.frame.skip}</a>
    <div className="frame">
      <aside className="column"><Navigation label={t.frame.navigation} /></aside>
      {menu && <Suspense><NavigationDrawer close={() => setMenu(false)}><Navigation label={t.frame.navigation} onGo={() => setMenu(false)} /></NavigationDrawer></Suspense>}
      <Bar openMenu={() => setMenu(true)} openPalette={() => setPalette(true)} />
      <main id="content" className="content" tabIndex={-1}>{children}</main>
    </div>
    {palette && <Suspense><CommandPalette close={() => setPalette(false)} /></Suspense>}
  </Questions></Subject></Toasts>;
}
