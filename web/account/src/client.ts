// The account page as an application, and what its document says beside that of the sign-in pages.
import { oidcClient } from '../../shared/oidc.ts';
import { page, type Page, type ProfileField } from '../../shared/page.ts';

export type Control = 'Off' | 'ReadOnly' | 'Edit';
export type Area = 'name' | 'avatar' | 'profile' | 'email' | 'phone' | 'password' | 'username' | 'social' | 'customData'
  | 'mfa' | 'passkey' | 'session' | 'organizations';

interface Center { enabled: boolean; fields: Partial<Record<Area, Control>>; deleteAccountUrl: string | null }
type AccountPage = Page & { accountCenter: Center; profileFields: ProfileField[] };

export const { accountCenter: center, profileFields } = page as AccountPage;

/** What the tenant lets people see and change. */
export const shows = (area: Area) => (center.fields[area] ?? 'Off') !== 'Off';
export const edits = (area: Area) => center.fields[area] === 'Edit';

/** Its sign-in speaks the language that the person came with, and so does the page after it. */
export const client = oidcClient({ id: 'account-center', path: '/account',
  asks: page.uiLocales ? { ui_locales: page.uiLocales } : {},
  scope: 'openid profile email phone address custom_data identities urn:logto:scope:sessions urn:logto:scope:organizations urn:logto:scope:organization_roles' });
