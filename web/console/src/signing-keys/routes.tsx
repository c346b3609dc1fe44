import { IconKey } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';

export const signingKeys: Noun = {
  navigation: [{ group: 'settings', label: 'signingKeys', icon: IconKey, path: '/signing-keys' }],
  pages: [{ path: '/signing-keys', title: () => t.signingKeys.title, page: () => import('./page.tsx') }],
};
