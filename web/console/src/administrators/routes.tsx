import { IconShieldLock } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';

export const administrators: Noun = {
  navigation: [{ group: 'settings', label: 'administrators', icon: IconShieldLock, path: '/administrators' }],
  pages: [{ path: '/administrators', title: () => t.administrators.title, page: () => import('./list.tsx') }],
};
