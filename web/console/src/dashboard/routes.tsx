import { IconLayoutDashboard } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';

export const dashboard: Noun = {
  navigation: [{ group: 'overview', label: 'dashboard', icon: IconLayoutDashboard, path: '/dashboard' }],
  pages: [{ path: '/dashboard', title: () => t.dashboard.title, page: () => import('./page.tsx'), early: true }],
};
