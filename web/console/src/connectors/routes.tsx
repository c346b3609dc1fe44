import { IconPlugConnected } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base } from './api.ts';

export const connectors: Noun = {
  navigation: [{ group: 'signIn', label: 'connectors', icon: IconPlugConnected, path: base }],
  pages: [
    { path: base, title: () => t.connectors.title, page: () => import('./page.tsx'), first: 'passwordless', children: [
      { path: 'passwordless', title: () => t.connectors.tabs.passwordless, page: () => import('./passwordless.tsx'), children: [
        { path: 'choose/$type', title: () => t.connectors.setUp, page: () => import('./choose.tsx') },
      ] },
      { path: 'email-texts', title: () => t.connectors.tabs.texts, page: () => import('./templates/list.tsx'), children: [
        { path: 'create', title: () => t.connectors.texts.create, page: () => import('./templates/create.tsx') },
      ] },
      { path: 'social', title: () => t.connectors.tabs.social, page: () => import('./social.tsx'), children: [
        { path: 'add', title: () => t.connectors.social.add, page: () => import('./add-social.tsx') },
      ] },
    ] },
    { path: `${base}/set-up/$factory`, title: () => t.connectors.setUp, page: () => import('./set-up.tsx') },
    { path: `${base}/email-texts/$id`, title: () => t.connectors.texts.one, page: () => import('./templates/edit.tsx') },
    { path: `${base}/passwordless/$id`, title: () => t.connectors.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: () => t.connectors.settings, page: () => import('./details/settings.tsx') },
      { path: 'texts', title: () => t.connectors.messages, page: () => import('./details/texts.tsx') },
    ] },
    { path: `${base}/social/$id`, title: () => t.connectors.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: () => t.connectors.settings, page: () => import('./details/social.tsx') },
    ] },
  ],
};
