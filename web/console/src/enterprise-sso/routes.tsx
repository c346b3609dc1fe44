import { IconBuildingFortress } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base, finder } from './api.ts';

const words = t.pages.enterpriseSso;

export const enterpriseSso: Noun = {
  navigation: [{ group: 'signIn', label: words.title, icon: IconBuildingFortress, path: base }],
  pages: [
    { path: base, title: words.title, page: () => import('./list.tsx'), children: [
      { path: 'create', title: words.create, page: () => import('./create.tsx') },
    ] },
    { path: `${base}/$id`, title: words.one, page: () => import('./details.tsx'), first: 'connection', children: [
      { path: 'connection', title: words.tabs.connection, page: () => import('./details/connection.tsx') },
      { path: 'experience', title: words.tabs.experience, page: () => import('./details/experience.tsx') },
      { path: 'idp-initiated', title: words.tabs.initiated, page: () => import('./details/initiated.tsx') },
    ] },
  ],
  finder,
};
