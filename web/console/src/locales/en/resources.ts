import { plural } from '../index.ts';

export const resources = {
  title: 'API resources',
  one: 'API resource',
  text: 'The APIs that you protect. An app asks for a token for one of them, and the token says what it allows.',
  create: 'Create API resource',
  createFirst: 'Register your first API',
  isDefault: 'Default',
  builtIn: 'Built in',
  id: 'API resource id',
  nameHelp: 'Only administrators see it.',
  indicator: 'Identifier',
  indicatorHelp: 'The audience of its tokens, an absolute address such as https://api.example.com. It need not lead anywhere, and cannot be changed later.',
  indicatorWrong: 'That is not an absolute address without blanks and #, such as https://api.example.com.',
  general: 'General',
  about: 'About',
  ttl: 'Lifetime of access tokens, in seconds',
  ttlHelp: '3600 is an hour. Tokens that are out already keep theirs.',
  ttlWrong: 'A whole number of seconds, at least 1 and at most ten years.',
  defaultApi: 'Default API',
  defaultApiHelp: 'Apps that name no API get tokens for this one. There is at most one default: another loses it.',
  managed: 'This is the API that the Console itself uses. It cannot be renamed or deleted, and its permissions are fixed.',

  tabs: { permissions: 'Permissions', general: 'General' },

  permission: {
    title: 'Permission',
    search: 'Search by name, description or id',
    empty: 'A permission is something that this API lets one do, such as read:invoices. Roles carry permissions.',
    create: 'Create permission',
    createFirst: 'Create the first permission',
    name: 'Permission',
    nameHelp: 'Without blanks, such as read:invoices. Tokens carry it as a scope.',
    blanks: 'A permission has no blanks in its name.',
    edit: 'Edit permission',
    delete: 'Delete permission',
    deleteText: (name: string) => `${name} is deleted for good. All roles lose it, and so does everybody who has it through them.`,
  },

  danger: 'Danger zone',
  delete: 'Delete API resource',
  deleteText: (permissions: number) => permissions === 0 ? 'Apps get no more tokens for this API.'
    : `Apps get no more tokens for this API. ${plural(permissions, 'Its permission is', 'Its # permissions are')} taken from all roles.`,
};
