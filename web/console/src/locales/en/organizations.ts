import { plural } from '../index.ts';

export const organizations = {
  title: 'Organizations',
  one: 'Organization',
  all: 'All organizations',
  create: 'Create organization',
  createFirst: 'Create your first organization',
  search: 'Search by name or id',
  members: 'Members',
  memberCount: (n: number) => plural(n, '# member', '# members'),
  id: 'Organization id',
  text: 'Customers of yours, each with its own people, roles and look.',
  empty: 'Make one for each company or team that uses your product. Its people sign in to it, have roles in it and see its logo.',
  nameHelp: 'Names need not be unique.',
  descriptionHelp: 'Only administrators see it.',

  tabs: {
    settings: 'Settings',
    members: 'Members',
    machines: 'Machine-to-machine',
    branding: 'Branding',
    invitations: 'Invitations',
  },

  requiresMfa: 'Requires MFA',
  general: 'General',
  about: 'About',
  tenant: 'Tenant',
  security: 'Security',
  mfa: 'Require multi-factor authentication',
  mfaHelp: 'Members without a second factor get no organization token. Signing in itself is not affected.',
  mfaMissing: 'No second factor is switched on, so no member will get an organization token.',
  mfaLink: 'Switch on a factor',

  danger: 'Danger zone',
  delete: 'Delete organization',
  deleteText: (members: number) => members === 0 ? 'The organization is deleted for good.'
    : `The organization is deleted for good. ${plural(members, 'Its member loses', 'Its # members lose')} membership and roles; the accounts stay.`,
};
