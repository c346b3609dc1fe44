// The frame around all pages, and signing in.
export const frame = {
  product: 'Guildhall',
  skip: 'Aller au contenu',
  menu: 'Menu',
  navigation: 'Pages',
  breadcrumb: 'Où vous êtes',
  theme: 'Thème',
  light: 'Clair',
  dark: 'Sombre',
  system: 'Comme le système',
  language: 'Langue',
  me: 'Votre compte',
  profile: 'Profil et sécurité',
  signOut: 'Se déconnecter',
  signingIn: 'Vous allez être dirigé vers la page de connexion…',
  signInFailed: 'La connexion a échoué',
  signInAgain: 'Se reconnecter',
  noAccess: 'Vous n’administrez pas cette installation',
  noAccessText: 'Vous êtes connecté, mais votre compte n’a pas de rôle d’administrateur. Adressez-vous à quelqu’un qui en a un, ou connectez-vous avec un autre compte.',

  groups: {
    overview: 'Vue d’ensemble',
    organizations: 'Organisations',
    people: 'Personnes',
    applications: 'Applications',
    signIn: 'Connexion',
    developer: 'Développement',
    settings: 'Paramètres',
  },

  palette: {
    placeholder: 'Aller à une organisation, une personne, une application ou une page',
    pages: 'Pages',
    nothing: 'Rien trouvé.',
    help: 'Les flèches choisissent, Entrée ouvre, Échap ferme.',
  },
};
