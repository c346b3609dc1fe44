import { IconWebhook } from '@tabler/icons-react';
import { t } from '../locales/index.ts';
import type { Noun } from '../routes.tsx';
import { base, finder } from './api.ts';

export const webhooks: Noun = {
  navigation: [{ group: 'developer', label: 'webhooks', icon: IconWebhook, path: base }],
  pages: [
    { path: base, title: () => t.webhooks.title, page: () => import('./list.tsx'), children: [
      { path: 'create', title: () => t.webhooks.create, page: () => import('./create.tsx') },
    ] },
    { path: `${base}/$id`, title: () => t.webhooks.one, page: () => import('./details.tsx'), first: 'settings', children: [
      { path: 'settings', title: () => t.webhooks.tabs.settings, page: () => import('./details/settings.tsx') },
      { path: 'recent-requests', title: () => t.webhooks.tabs.requests, page: () => import('./details/requests.tsx') },
      { path: 'recent-requests/$logId', title: () => t.webhooks.recent.request, page: () => import('./details/request.tsx') },
    ] },
  ],
  finder,
};
