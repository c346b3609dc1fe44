// The frame around all pages, and signing in.
export const frame = {
  product: 'Guildhall',
  skip: 'Zum Inhalt springen',
  menu: 'Menü',
  navigation: 'Seiten',
  breadcrumb: 'Wo Sie sind',
  theme: 'Darstellung',
  light: 'Hell',
  dark: 'Dunkel',
  system: 'Wie das System',
  language: 'Sprache',
  me: 'Ihr Konto',
  profile: 'Profil und Sicherheit',
  signOut: 'Abmelden',
  signingIn: 'Sie werden zur Anmeldeseite geleitet …',
  signInFailed: 'Die Anmeldung hat nicht geklappt',
  signInAgain: 'Erneut anmelden',
  noAccess: 'Sie verwalten diese Installation nicht',
  noAccessText: 'Sie sind angemeldet, aber Ihr Konto hat keine Administratorrolle. Bitten Sie jemanden, der eine hat, oder melden Sie sich mit einem anderen Konto an.',

  groups: {
    overview: 'Überblick',
    organizations: 'Organisationen',
    people: 'Personen',
    applications: 'Anwendungen',
    signIn: 'Anmeldung',
    developer: 'Entwicklung',
    settings: 'Einstellungen',
  },

  palette: {
    placeholder: 'Zu einer Organisation, Person, Anwendung oder Seite springen',
    pages: 'Seiten',
    nothing: 'Nichts gefunden.',
    help: 'Pfeiltasten wählen, Enter öffnet, Escape schließt.',
  },
};
