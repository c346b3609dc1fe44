import { IconTemplate } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base, finder } from './api.ts';

export const template: Noun = {
  navigation: [{ group: 'organizations', label: 'template', icon: IconTemplate, path: base }],
  pages: [
    { path: base, title: () => t.template.title, page: () => import('./page.tsx'), first: 'organization-roles', children: [
      { path: 'organization-roles', title: () => t.template.tabs.roles, page: () => import('./roles.tsx'), children: [
        { path: 'create', title: () => t.template.role.create, page: () => import('./create-role.tsx') },
      ] },
      { path: 'organization-permissions', title: () => t.template.tabs.permissions, page: () => import('./permissions.tsx'), children: [
        { path: 'create', title: () => t.template.permission.create, page: () => import('./create-permission.tsx') },
      ] },
    ] },
    { path: `${base}/organization-roles/$id`, title: () => t.template.role.one, page: () => import('./details.tsx'), first: 'permissions', children: [
      { path: 'permissions', title: () => t.template.role.permissions, page: () => import('./details/permissions.tsx'), children: [
        { path: 'assign', title: () => t.template.carried.assign, page: () => import('./details/assign.tsx') },
      ] },
      { path: 'general', title: () => t.template.role.general, page: () => import('./details/general.tsx') },
    ] },
  ],
  finder,
};
