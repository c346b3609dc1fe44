import { IconBuildingFortress } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base, finder } from './api.ts';

export const enterpriseSso: Noun = {
  navigation: [{ group: 'signIn', label: 'enterpriseSso', icon: IconBuildingFortress, path: base }],
  pages: [
    { path: base, title: () => t.enterpriseSso.title, page: () => import('./list.tsx'), children: [
      { path: 'create', title: () => t.enterpriseSso.create, page: () => import('./create.tsx') },
    ] },
    { path: `${base}/$id`, title: () => t.enterpriseSso.one, page: () => import('./details.tsx'), first: 'connection', children: [
      { path: 'connection', title: () => t.enterpriseSso.tabs.connection, page: () => import('./details/connection.tsx') },
      { path: 'experience', title: () => t.enterpriseSso.tabs.experience, page: () => import('./details/experience.tsx') },
      { path: 'idp-initiated', title: () => t.enterpriseSso.tabs.initiated, page: () => import('./details/initiated.tsx') },
    ] },
  ],
  finder,
};
