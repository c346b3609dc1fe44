import { IconApi } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';

export const resources: Noun = {
  navigation: [{ group: 'applications', label: 'resources', icon: IconApi, path: '/api-resources' }],
  pages: [
    { path: '/api-resources', title: () => t.resources.title, page: () => import('./list.tsx'), children: [
      { path: 'create', title: () => t.resources.create, page: () => import('./create.tsx') },
    ] },
    { path: '/api-resources/$id', title: () => t.resources.one, page: () => import('./details.tsx'), first: 'permissions', children: [
      { path: 'permissions', title: () => t.resources.tabs.permissions, page: () => import('./details/permissions.tsx'), children: [
        { path: 'create', title: () => t.resources.permission.create, page: () => import('./details/create-permission.tsx') },
      ] },
      { path: 'general', title: () => t.resources.tabs.general, page: () => import('./details/general.tsx') },
    ] },
  ],
};
