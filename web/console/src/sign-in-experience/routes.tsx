import { IconLogin2 } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base } from './api.ts';

export const signInExperience: Noun = {
  navigation: [{ group: 'signIn', label: 'experience', icon: IconLogin2, path: base }],
  pages: [
    { path: base, title: () => t.experience.title, page: () => import('./page.tsx'), children: [
      { path: '/', title: () => t.experience.title, page: () => import('./first.tsx') },
      { path: 'branding', title: () => t.experience.tabs.branding, page: () => import('./branding.tsx') },
      { path: 'sign-up-and-sign-in', title: () => t.experience.tabs.methods, page: () => import('./methods.tsx') },
      { path: 'collect-user-profile', title: () => t.experience.tabs.profile, page: () => import('./profile.tsx'), children: [
        { path: 'create', title: () => t.experience.profile.create, page: () => import('./profile-field/create.tsx') },
        { path: 'fields/$name', title: () => t.common.edit, page: () => import('./profile-field/edit.tsx') },
      ] },
      { path: 'account-center', title: () => t.experience.tabs.center, page: () => import('./account-center.tsx') },
      { path: 'content', title: () => t.experience.tabs.content, page: () => import('./content.tsx'), children: [
        { path: 'add-language', title: () => t.experience.content.add, page: () => import('./languages/add.tsx') },
      ] },
    ] },
    { path: `${base}/welcome`, title: () => t.experience.welcome.title, page: () => import('./welcome.tsx') },
    { path: `${base}/content/languages/$tag`, title: () => t.experience.phrases.one, page: () => import('./languages/texts.tsx') },
  ],
};
