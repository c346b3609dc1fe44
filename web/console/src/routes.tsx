// Every address of the Console: each noun tells its pages and its entries of the navigation in NOUN/routes.tsx and has a line here.
import type { ComponentType } from 'react';
import { administrators } from './administrators/routes.tsx';
import type { Call } from './api/call.ts';
import { applications } from './applications/routes.tsx';
import { dashboard } from './dashboard/routes.tsx';
import { connectors } from './connectors/routes.tsx';
import { enterpriseSso } from './enterprise-sso/routes.tsx';
import { logs } from './logs/routes.tsx';
import { mfa } from './mfa/routes.tsx';
import { organizations } from './organizations/routes.tsx';
import { t } from './locales/index.ts';
import { users } from './users/routes.tsx';
import { resources } from './resources/routes.tsx';
import { roles } from './roles/routes.tsx';
import { security } from './security/routes.tsx';
import { signInExperience } from './sign-in-experience/routes.tsx';
import { signingKeys } from './signing-keys/routes.tsx';
import { template } from './template/routes.tsx';
import { webhooks } from './webhooks/routes.tsx';

export type Icon = ComponentType<{ size?: number | string; stroke?: number | string }>;

export interface Page {
  /** `/organizations/$id`; of a child only what follows: `members`. */
  path: string;
  /** A function, since the texts of most pages are loaded with the first of them. */
  title: () => string;
  /** Loaded when it is opened: `() => import('./list.tsx')`, whose default is the page. */
  page: () => Promise<{ default: ComponentType }>;
  /** Tabs, and dialogs with an address. The page shows them where its <Outlet/> is. */
  children?: Page[];
  /** The tab that a bare address leads to. */
  first?: string;
  /** It needs no texts but those of the first view: `common`, `frame`, `dashboard` and `organizations`. */
  early?: true;
}

export interface Entry { group: keyof typeof t.frame.groups; label: keyof typeof t.frame.pages; icon: Icon; path: string }

/** What Ctrl-K finds of a noun. */
export interface Found { title: string; detail?: string | undefined; picture?: string | null | undefined; round?: true; path: string }
export interface Finder<T = any> { label: () => string; list: (word: string) => Call<T[]>; found: (row: T) => Found;
  /** The API searches nothing and gives them all: what fits is chosen here. */
  whole?: true }

export interface Noun { pages: Page[]; navigation: Entry[]; finder?: Finder }

const nouns: Noun[] = [
  dashboard,
  organizations,
  users,
  applications,
  webhooks,
  logs,
  administrators,
  template,
  roles,
  resources,
  signInExperience,
  mfa,
  enterpriseSso,
  security,
  signingKeys,
  connectors,
];

export const pages: Page[] = nouns.flatMap((noun) => noun.pages);
export const finders: Finder[] = nouns.flatMap((noun) => noun.finder ?? []);

/** The groups in their order, each with its entries; a group without one is not there. */
export const navigation = (Object.keys(t.frame.groups) as Entry['group'][])
  .map((group) => ({ group, label: t.frame.groups[group], entries: nouns.flatMap((noun) => noun.navigation.filter((one) => one.group === group)
    .map((one) => ({ ...one, label: t.frame.pages[one.label] }))) }))
  .filter(({ entries }) => entries.length > 0);

/** What a bare /console/ opens. */
export const home = () => import('./dashboard/home.tsx');
