import { IconApps } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { finder } from './api.ts';

const tab = t.applications.tabs;

export const applications: Noun = {
  navigation: [{ group: 'applications', label: t.applications.title, icon: IconApps, path: '/applications' }],
  pages: [
    { path: '/applications', title: t.applications.title, page: () => import('./list.tsx') },
    { path: '/applications/third-party-applications', title: t.applications.thirdParty, page: () => import('./third-party.tsx') },
    { path: '/applications/create', title: t.applications.create, page: () => import('./create.tsx') },
    { path: '/applications/$id', title: t.applications.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: tab.settings, page: () => import('./details/settings.tsx') },
      { path: 'roles', title: tab.roles, page: () => import('./details/roles.tsx') },
      { path: 'logs', title: tab.logs, page: () => import('./details/logs.tsx') },
      { path: 'organizations', title: tab.organizations, page: () => import('./details/organizations.tsx') },
      { path: 'permissions', title: tab.permissions, page: () => import('./details/permissions.tsx') },
      { path: 'branding', title: tab.branding, page: () => import('./details/branding.tsx') },
      { path: 'rules', title: tab.rules, page: () => import('./details/rules.tsx') },
    ] },
  ],
  finder,
};
