import { IconListDetails } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';

export const logs: Noun = {
  navigation: [{ group: 'developer', label: 'logs', icon: IconListDetails, path: '/audit-logs' }],
  pages: [
    { path: '/audit-logs', title: () => t.logs.title, page: () => import('./list.tsx') },
    { path: '/audit-logs/$id', title: () => t.logs.one, page: () => import('./details.tsx') },
  ],
};
