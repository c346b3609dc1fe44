// What several nouns say.
import { plural } from '../index.ts';

export const common = {
  save: 'Save changes',
  saved: 'Saved',
  discard: 'Discard',
  unsaved: 'Unsaved changes',
  cancel: 'Cancel',
  close: 'Close',
  create: 'Create',
  add: 'Add',
  edit: 'Edit',
  remove: 'Remove',
  delete: 'Delete',
  search: 'Search',
  clear: 'Clear the search',
  retry: 'Try again',
  undo: 'Undo',
  copy: 'Copy',
  copied: 'Copied',
  show: 'Show',
  hide: 'Hide',
  more: 'More',
  moreOf: (name: string) => `More for ${name}`,
  none: '–',
  on: 'On',
  off: 'Off',
  name: 'Name',
  description: 'Description',
  optional: 'Optional',
  id: 'Id',
  created: 'Created',
  customData: 'Custom data',
  customDataHelp: 'Any JSON object. Your apps read it through the Management API.',
  loading: 'Loading',
  requestId: 'Request',
  choose: 'Choose',
  roles: 'Roles',
  required: 'This is needed.',

  apiCall: {
    button: 'Show API call',
    title: 'The same by the API',
    help: 'This is what the button sends. Put in place a token or the secret of a machine-to-machine app that may use the Management API.',
    nothing: 'Nothing has been changed, so nothing would be sent.',
    curl: 'curl',
    sdk: '@logto/api',
  },

  error: {
    title: 'That did not work',
    away: 'The server cannot be reached. Look at your connection and try again.',
    timeout: 'The server did not answer within 20 seconds.',
    notFound: 'There is nothing here',
    notFoundText: 'It may have been deleted, or the address is mistyped.',
    broken: 'This page has failed',
    brokenText: 'Nothing that you saved is lost. If it happens again, tell us what you did and the message below.',
    fields: 'Some fields need another look.',
    json: (line: number, why: string) => `Line ${line}: ${why}`,
    jsonObject: 'It must be a JSON object: { … }',
    url: 'That is not a web address. It begins with https:// or http://',
  },

  leave: {
    title: 'Leave without saving?',
    text: 'What you have changed on this page would be lost.',
    stay: 'Stay',
    leave: 'Leave',
  },

  confirm: {
    typeName: (name: string) => `Type ${name} to confirm`,
  },

  table: {
    noMatch: (word: string) => `Nothing matches “${word}”.`,
    total: (n: number) => plural(n, '# in all', '# in all'),
    range: (from: number, to: number, total: number) => `${from}–${to} of ${total}`,
    rangeOfMore: (from: number, to: number, counted: number) => `${from}–${to} of more than ${counted - 1}`,
    selected: (n: number) => plural(n, '# selected', '# selected'),
    select: (name: string) => `Select ${name}`,
    selectAll: 'Select all on this page',
    unselect: 'Clear the selection',
    first: 'First page',
    previous: 'Page before',
    next: 'Next page',
    last: 'Last page',
    nothing: 'Nothing here yet.',
  },

  transfer: {
    chosen: (n: number) => plural(n, '# chosen', '# chosen'),
    nobody: 'Nothing chosen yet. Choose on the left.',
    choose: 'Choose at least one.',
    take: (name: string) => `Choose ${name}`,
    drop: (name: string) => `Remove ${name} from the choice`,
  },

  list: {
    add: 'Add another',
    removeOne: (value: string) => `Remove ${value}`,
    duplicate: 'This one is there already.',
    addOne: (value: string) => `Add ${value}`,
    up: (value: string) => `Move ${value} up`,
    down: (value: string) => `Move ${value} down`,
  },

  color: { saturation: 'Saturation and brightness', hue: 'Hue' },

  chart: { table: 'Show as a table' },

  preview: {
    title: 'Preview',
    device: 'Device',
    mobile: 'Phone',
    desktop: 'Computer',
  },

  image: {
    drop: 'Drop a picture here, or',
    choose: 'choose a file',
    address: 'Address of the picture',
    formats: 'SVG, PNG, JPG, WebP or ICO, up to 500 kB.',
    tooLarge: 'The picture is larger than 500 kB.',
    wrongType: 'That is not a picture of a kind that we take.',
    uploading: 'Uploading',
  },
};
