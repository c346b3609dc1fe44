import { IconUsers } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { finder } from './api.ts';

export const users: Noun = {
  navigation: [{ group: 'people', label: 'users', icon: IconUsers, path: '/users' }],
  pages: [
    { path: '/users', title: () => t.users.title, page: () => import('./list.tsx'), children: [
      { path: 'create', title: () => t.users.create, page: () => import('./create.tsx') },
    ] },
    { path: '/users/$id', title: () => t.users.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: () => t.users.tabs.settings, page: () => import('./details/settings.tsx') },
      { path: 'roles', title: () => t.users.tabs.roles, page: () => import('./details/roles.tsx') },
      { path: 'organizations', title: () => t.users.tabs.organizations, page: () => import('./details/organizations.tsx') },
      { path: 'logs', title: () => t.users.tabs.logs, page: () => import('./details/logs.tsx') },
    ] },
    { path: '/profile', title: () => t.frame.profile, page: () => import('./profile.tsx') },
  ],
  finder,
};
