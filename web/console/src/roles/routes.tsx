import { IconUserShield } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { finder } from './api.ts';

export const roles: Noun = {
  navigation: [{ group: 'people', label: 'roles', icon: IconUserShield, path: '/roles' }],
  pages: [
    { path: '/roles', title: () => t.roles.title, page: () => import('./list.tsx'), children: [
      { path: 'create', title: () => t.roles.create, page: () => import('./create.tsx') },
    ] },
    { path: '/roles/$id', title: () => t.roles.one, page: () => import('./details.tsx'), first: 'permissions', children: [
      { path: 'permissions', title: () => t.roles.tabs.permissions, page: () => import('./details/permissions.tsx'), children: [
        { path: 'assign', title: () => t.roles.permission.assign, page: () => import('./details/assign-permissions.tsx') },
      ] },
      { path: 'users', title: () => t.roles.tabs.users, page: () => import('./details/users.tsx'), children: [
        { path: 'assign', title: () => t.roles.holders.assignUsers, page: () => import('./details/assign-users.tsx') },
      ] },
      { path: 'machine-to-machine-apps', title: () => t.roles.tabs.machines, page: () => import('./details/machines.tsx'), children: [
        { path: 'assign', title: () => t.roles.holders.assignApps, page: () => import('./details/assign-machines.tsx') },
      ] },
      { path: 'general', title: () => t.roles.tabs.general, page: () => import('./details/general.tsx') },
    ] },
  ],
  finder,
};
