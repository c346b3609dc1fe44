import { IconPlugConnected } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base } from './api.ts';

const words = t.pages.connectors;

export const connectors: Noun = {
  navigation: [{ group: 'signIn', label: words.title, icon: IconPlugConnected, path: base }],
  pages: [
    { path: base, title: words.title, page: () => import('./page.tsx'), first: 'passwordless', children: [
      { path: 'passwordless', title: words.tabs.passwordless, page: () => import('./passwordless.tsx'), children: [
        { path: 'choose/$type', title: words.setUp, page: () => import('./choose.tsx') },
      ] },
      { path: 'email-texts', title: words.tabs.texts, page: () => import('./templates/list.tsx'), children: [
        { path: 'create', title: words.createText, page: () => import('./templates/create.tsx') },
      ] },
      { path: 'social', title: words.tabs.social, page: () => import('./social.tsx'), children: [
        { path: 'add', title: words.addSocial, page: () => import('./add-social.tsx') },
      ] },
    ] },
    { path: `${base}/set-up/$factory`, title: words.setUp, page: () => import('./set-up.tsx') },
    { path: `${base}/email-texts/$id`, title: words.mailText, page: () => import('./templates/edit.tsx') },
    { path: `${base}/passwordless/$id`, title: words.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: words.settings, page: () => import('./details/settings.tsx') },
      { path: 'texts', title: words.messages, page: () => import('./details/texts.tsx') },
    ] },
    { path: `${base}/social/$id`, title: words.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: words.settings, page: () => import('./details/social.tsx') },
    ] },
  ],
};
