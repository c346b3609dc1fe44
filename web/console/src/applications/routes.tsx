import { IconApps } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { finder } from './api.ts';

export const applications: Noun = {
  navigation: [{ group: 'applications', label: 'applications', icon: IconApps, path: '/applications' }],
  pages: [
    { path: '/applications', title: () => t.applications.title, page: () => import('./list.tsx') },
    { path: '/applications/third-party-applications', title: () => t.applications.thirdParty, page: () => import('./third-party.tsx') },
    { path: '/applications/create', title: () => t.applications.create, page: () => import('./create.tsx') },
    { path: '/applications/$id', title: () => t.applications.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: () => t.applications.tabs.settings, page: () => import('./details/settings.tsx') },
      { path: 'roles', title: () => t.applications.tabs.roles, page: () => import('./details/roles.tsx') },
      { path: 'logs', title: () => t.applications.tabs.logs, page: () => import('./details/logs.tsx') },
      { path: 'organizations', title: () => t.applications.tabs.organizations, page: () => import('./details/organizations.tsx') },
      { path: 'permissions', title: () => t.applications.tabs.permissions, page: () => import('./details/permissions.tsx') },
      { path: 'branding', title: () => t.applications.tabs.branding, page: () => import('./details/branding.tsx') },
      { path: 'rules', title: () => t.applications.tabs.rules, page: () => import('./details/rules.tsx') },
    ] },
  ],
  finder,
};
