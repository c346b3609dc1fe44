import { IconShieldCheck } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base } from './api.ts';

export const security: Noun = {
  navigation: [{ group: 'signIn', label: 'security', icon: IconShieldCheck, path: base }],
  pages: [{ path: base, title: () => t.security.title, page: () => import('./page.tsx'), first: 'captcha', children: [
    { path: 'captcha', title: () => t.security.tabs.captcha, page: () => import('./captcha.tsx') },
    { path: 'password-policy', title: () => t.security.tabs.password, page: () => import('./password-policy.tsx') },
    { path: 'blocklist', title: () => t.security.tabs.blocklist, page: () => import('./blocklist.tsx') },
    { path: 'general', title: () => t.security.tabs.general, page: () => import('./general.tsx') },
  ] }],
};
