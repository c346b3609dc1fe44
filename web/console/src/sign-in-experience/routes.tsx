import { IconLogin2 } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base } from './api.ts';

const words = t.experience;

export const signInExperience: Noun = {
  navigation: [{ group: 'signIn', label: words.title, icon: IconLogin2, path: base }],
  pages: [
    { path: base, title: words.title, page: () => import('./page.tsx'), children: [
      { path: '/', title: words.title, page: () => import('./first.tsx') },
      { path: 'branding', title: words.tabs.branding, page: () => import('./branding.tsx') },
      { path: 'sign-up-and-sign-in', title: words.tabs.methods, page: () => import('./methods.tsx') },
      { path: 'collect-user-profile', title: words.tabs.profile, page: () => import('./profile.tsx'), children: [
        { path: 'create', title: words.profile.create, page: () => import('./profile-field/create.tsx') },
        { path: 'fields/$name', title: t.common.edit, page: () => import('./profile-field/edit.tsx') },
      ] },
      { path: 'account-center', title: words.tabs.center, page: () => import('./account-center.tsx') },
      { path: 'content', title: words.tabs.content, page: () => import('./content.tsx'), children: [
        { path: 'add-language', title: words.content.add, page: () => import('./languages/add.tsx') },
      ] },
    ] },
    { path: `${base}/welcome`, title: words.welcome.title, page: () => import('./welcome.tsx') },
    { path: `${base}/content/languages/$tag`, title: words.phrases.one, page: () => import('./languages/texts.tsx') },
  ],
};
