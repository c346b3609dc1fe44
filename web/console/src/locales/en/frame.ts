// The frame around all pages, and signing in.
export const frame = {
  product: 'Guildhall',
  skip: 'Skip to the content',
  menu: 'Menu',
  navigation: 'Pages',
  breadcrumb: 'Where you are',
  theme: 'Theme',
  light: 'Light',
  dark: 'Dark',
  system: 'As the system',
  language: 'Language',
  me: 'Your account',
  profile: 'Profile and security',
  signOut: 'Sign out',
  signingIn: 'Taking you to the sign-in page …',
  signInFailed: 'Signing in did not work',
  signInAgain: 'Sign in again',
  noAccess: 'You do not administer this installation',
  noAccessText: 'You are signed in, but your account has no administrator role. Ask somebody who has one, or sign in with another account.',

  groups: {
    overview: 'Overview',
    organizations: 'Organizations',
    people: 'People',
    applications: 'Applications',
    signIn: 'Sign-in',
    developer: 'Developer',
    settings: 'Settings',
  },

  palette: {
    placeholder: 'Jump to an organization, a person, an app or a page',
    pages: 'Pages',
    nothing: 'Nothing found.',
    help: 'Arrow keys choose, Enter opens, Escape closes.',
  },
};
