// The guides: each is data. What they say stands in the catalogue; the code has the application's own values in it.
import { IconBrandApple, IconBrandGolang, IconBrandJavascript, IconBrandNextjs, IconBrandNodejs, IconBrandPython, IconBrandReact, IconBrandReactNative,
  IconBrandVue, IconCode, IconDeviceDesktop, IconRobot, IconServer, IconTerminal2 } from '@tabler/icons-react';
import { t } from '../../locales/index.ts';
import type { Icon } from '../../routes.tsx';
import type { Type } from '../kinds.tsx';
import * as native from './native.ts';
import * as servers from './servers.ts';
import * as single from './single-page.ts';

/** What of an application stands in its guide. */
export interface Values { endpoint: string; appId: string; secret: string; resource: string }

export interface Step { title: keyof typeof t.applications.guide.steps; file?: string; code: string }

/** Where the browser comes back to after signing in, and after signing out. */
export interface Addresses { redirect: string; after?: string }

export const groups = ['single', 'server', 'native', 'machine'] as const;

export interface Guide {
  id: string;
  name: string;
  /** The package that it is about. */
  uses: string;
  group: (typeof groups)[number];
  type: Type;
  icon: Icon;
  /** What else somebody may search for. */
  words?: string;
  device?: boolean;
  addresses?: Addresses;
  steps: (values: Values) => Step[];
}

const vite: Addresses = { redirect: 'http://localhost:5173/callback', after: 'http://localhost:5173/' };
const app = 'io.example.app://callback';

export const guides: readonly Guide[] = [
  { id: 'react', name: 'React', uses: '@logto/react', group: 'single', type: 'SPA', icon: IconBrandReact, words: 'vite', addresses: vite, steps: single.react },
  { id: 'vue', name: 'Vue', uses: '@logto/vue', group: 'single', type: 'SPA', icon: IconBrandVue, words: 'vite nuxt', addresses: vite, steps: single.vue },
  { id: 'browser', name: 'JavaScript', uses: '@logto/browser', group: 'single', type: 'SPA', icon: IconBrandJavascript, words: 'vanilla svelte angular', addresses: vite,
    steps: single.browser },
  { id: 'next', name: 'Next.js', uses: '@logto/next', group: 'server', type: 'Traditional', icon: IconBrandNextjs, words: 'react app router',
    addresses: { redirect: 'http://localhost:3000/callback', after: 'http://localhost:3000/' }, steps: servers.next },
  { id: 'express', name: 'Express', uses: '@logto/express', group: 'server', type: 'Traditional', icon: IconServer, words: 'node javascript',
    addresses: { redirect: 'http://localhost:3000/logto/sign-in-callback', after: 'http://localhost:3000' }, steps: servers.express },
  { id: 'node', name: 'Node.js', uses: '@logto/node', group: 'server', type: 'Traditional', icon: IconBrandNodejs, words: 'fastify koa hono javascript',
    addresses: { redirect: 'http://localhost:3000/callback', after: 'http://localhost:3000/' }, steps: servers.node },
  { id: 'python', name: 'Python', uses: 'Flask, Authlib', group: 'server', type: 'Traditional', icon: IconBrandPython, words: 'django fastapi',
    addresses: { redirect: 'http://localhost:5000/callback', after: 'http://localhost:5000/' }, steps: servers.python },
  { id: 'go', name: 'Go', uses: 'go-oidc', group: 'server', type: 'Traditional', icon: IconBrandGolang, words: 'golang oauth2',
    addresses: { redirect: 'http://localhost:8080/callback', after: 'http://localhost:8080/' }, steps: servers.go },
  { id: 'oidc', name: t.applications.library.anyClient, uses: 'OpenID Connect', group: 'server', type: 'Traditional', icon: IconCode, words: 'php java ruby dotnet rust oauth',
    steps: servers.anyClient },
  { id: 'expo', name: 'React Native', uses: '@logto/rn', group: 'native', type: 'Native', icon: IconBrandReactNative, words: 'expo ios android', addresses: { redirect: app },
    steps: native.expo },
  { id: 'appauth', name: 'iOS', uses: 'AppAuth', group: 'native', type: 'Native', icon: IconBrandApple, words: 'swift macos android kotlin', addresses: { redirect: app },
    steps: native.appAuth },
  { id: 'device', name: t.applications.deviceFlow, uses: 'RFC 8628', group: 'native', type: 'Native', device: true, icon: IconDeviceDesktop,
    words: 'tv cli command line terminal', steps: native.device },
  { id: 'curl', name: 'curl', uses: 'client_credentials', group: 'machine', type: 'MachineToMachine', icon: IconTerminal2, words: 'cron service backend shell',
    steps: native.machine },
  { id: 'management', name: 'Management API', uses: '@logto/api', group: 'machine', type: 'MachineToMachine', icon: IconRobot, words: 'node javascript typescript admin',
    steps: native.management },
];

export const guideOf = (id: string | undefined): Guide | undefined => guides.find((one) => one.id === id);
