import { IconBuilding } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { finder } from './api.ts';

export const organizations: Noun = {
  navigation: [{ group: 'organizations', label: 'organizations', icon: IconBuilding, path: '/organizations' }],
  pages: [
    { path: '/organizations', title: () => t.organizations.title, page: () => import('./list.tsx'), early: true, children: [
      { path: 'create', title: () => t.organizations.create, page: () => import('./create.tsx'), early: true },
    ] },
    { path: '/organizations/$id', title: () => t.organizations.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: () => t.organizations.tabs.settings, page: () => import('./details/settings.tsx') },
      { path: 'members', title: () => t.organizations.tabs.members, page: () => import('./details/members.tsx'), children: [
        { path: 'add', title: () => t.organizations.people.add, page: () => import('./details/add-members.tsx') },
      ] },
      { path: 'machine-to-machine', title: () => t.organizations.tabs.machines, page: () => import('./details/machines.tsx'), children: [
        { path: 'add', title: () => t.organizations.machineApps.add, page: () => import('./details/add-machines.tsx') },
      ] },
      { path: 'branding', title: () => t.organizations.tabs.branding, page: () => import('./details/branding.tsx') },
      { path: 'invitations', title: () => t.organizations.tabs.invitations, page: () => import('./details/invitations.tsx'), children: [
        { path: 'create', title: () => t.organizations.invitations.invite, page: () => import('./details/invite.tsx') },
      ] },
    ] },
  ],
  finder,
};
