import { language, plural } from '../index.ts';

export const dashboard = {
  title: 'Dashboard',
  text: 'Who uses your product. Days are those of UTC.',

  users: 'Users',
  total: 'All users',
  today: 'New today',
  week: 'New in 7 days',
  active: 'Active users',
  activeText: 'People who signed in, or whose app got a new token for them.',
  daily: 'Day',
  weekly: '7 days',
  monthly: '30 days',
  until: 'Until',
  day: 'Day',
  before: { yesterday: 'yesterday', day: 'the day before', week: 'in the 7 days before', month: 'in the 30 days before' },
  change: (n: number, when: string) => `${Math.abs(n).toLocaleString(language)} ${n > 0 ? 'more' : 'fewer'} than ${when}`,
  same: (when: string) => `As many as ${when}`,
  activity: {
    users: 'Active users',
    curve: (from: string, to: string, most: string, when: string) => `Active users by day, from ${from} to ${to}. The most were ${most}, on ${when}.`,
    noCurve: (from: string, to: string) => `Nobody was active from ${from} to ${to}.`,
  },
  newcomers: {
    users: 'New users',
    curve: (from: string, to: string, most: string, when: string) => `New users by day, from ${from} to ${to}. The most were ${most}, on ${when}.`,
    noCurve: (from: string, to: string) => `Nobody was new from ${from} to ${to}.`,
  },

  newest: 'Newest organizations',
  all: 'All organizations',

  attention: {
    connector: (kind: string) => `People sign in with codes, but there is no ${kind} connector to send them.`,
    connectorLink: 'Set one up',
    factor: (n: number) => `${plural(n, '# organization requires', '# organizations require')} a second factor, and none is switched on: members get no organization token.`,
    factorLink: 'Switch on a factor',
    keys: 'The key that signs tokens is more than a year old.',
    keysLink: 'Rotate it',
  },

  firstSteps: 'First steps',
  firstStepsText: 'From an empty installation to people who sign in to an organization.',
  progress: (done: number, all: number) => `${done} of ${all} done`,
  dismiss: 'Put the first steps away',
  done: 'done',
  steps: {
    organization: { title: 'Create an organization', text: 'One for each company or team that uses your product, with its own people, roles and look.', button: 'Create organization' },
    user: { title: 'Add somebody', text: 'Somebody who can sign in. Later people register by themselves, are invited or come by their company’s own sign-in.', button: 'Add user' },
    application: { title: 'Connect your product', text: 'An application is what people sign in to. A guide for your framework has the code with the right values in it.', button: 'Create application' },
    experience: { title: 'Make the sign-in page yours', text: 'Colour, logo and what people sign in with, in three short steps.', button: 'Choose the look' },
    connector: { title: 'Send mail', text: 'Codes, forgotten passwords and invitations go through a mail service of yours.', button: 'Set up e-mail' },
  },
};
