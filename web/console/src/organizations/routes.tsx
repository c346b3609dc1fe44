import { IconBuilding } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { finder } from './api.ts';

export const organizations: Noun = {
  navigation: [{ group: 'organizations', label: t.organizations.all, icon: IconBuilding, path: '/organizations' }],
  pages: [
    { path: '/organizations', title: t.organizations.title, page: () => import('./list.tsx'), children: [
      { path: 'create', title: t.organizations.create, page: () => import('./create.tsx') },
    ] },
    { path: '/organizations/$id', title: t.organizations.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: t.organizations.tabs.settings, page: () => import('./details/settings.tsx') },
    ] },
  ],
  finder,
};
