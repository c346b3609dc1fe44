import { IconShieldLock } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';

export const mfa: Noun = {
  navigation: [{ group: 'signIn', label: 'mfa', icon: IconShieldLock, path: '/mfa' }],
  pages: [{ path: '/mfa', title: () => t.mfa.title, page: () => import('./page.tsx') }],
};
