import { IconShieldCheck } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base } from './api.ts';

const words = t.pages.security;

export const security: Noun = {
  navigation: [{ group: 'signIn', label: words.title, icon: IconShieldCheck, path: base }],
  pages: [{ path: base, title: words.title, page: () => import('./page.tsx'), first: 'captcha', children: [
    { path: 'captcha', title: words.tabs.captcha, page: () => import('./captcha.tsx') },
    { path: 'password-policy', title: words.tabs.password, page: () => import('./password-policy.tsx') },
    { path: 'blocklist', title: words.tabs.blocklist, page: () => import('./blocklist.tsx') },
    { path: 'general', title: words.tabs.general, page: () => import('./general.tsx') },
  ] }],
};
