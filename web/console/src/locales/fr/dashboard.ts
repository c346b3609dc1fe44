import { language, plural } from '../index.ts';

export const dashboard = {
  title: 'Tableau de bord',
  text: 'Qui utilise votre produit. Les jours sont ceux de l’UTC.',

  users: 'Utilisateurs',
  total: 'Tous les utilisateurs',
  today: 'Nouveaux aujourd’hui',
  week: 'Nouveaux en 7 jours',
  active: 'Utilisateurs actifs',
  activeText: 'Les personnes qui se sont connectées, ou pour qui une application a obtenu un nouveau jeton.',
  daily: 'Jour',
  weekly: '7 jours',
  monthly: '30 jours',
  until: 'Jusqu’au',
  day: 'Jour',
  before: { yesterday: 'hier', day: 'la veille', week: 'dans les 7 jours précédents', month: 'dans les 30 jours précédents' },
  change: (n: number, when: string) => `${Math.abs(n).toLocaleString(language)} de ${n > 0 ? 'plus' : 'moins'} que ${when}`,
  same: (when: string) => `Autant que ${when}`,
  activity: {
    users: 'Utilisateurs actifs',
    curve: (from: string, to: string, most: string, when: string) => `Utilisateurs actifs par jour, du ${from} au ${to}. Le maximum était de ${most}, le ${when}.`,
    noCurve: (from: string, to: string) => `Personne n’a été actif du ${from} au ${to}.`,
  },
  newcomers: {
    users: 'Nouveaux utilisateurs',
    curve: (from: string, to: string, most: string, when: string) => `Nouveaux utilisateurs par jour, du ${from} au ${to}. Le maximum était de ${most}, le ${when}.`,
    noCurve: (from: string, to: string) => `Il n’y a eu personne de nouveau du ${from} au ${to}.`,
  },

  newest: 'Organisations les plus récentes',
  all: 'Toutes les organisations',

  attention: {
    connector: (kind: string) => `On se connecte avec des codes, mais il n’y a pas de ${kind} pour les envoyer.`,
    connectorLink: 'En configurer un',
    factor: (n: number) => `${plural(n, '# organisation exige', '# organisations exigent')} un second facteur, et aucun n’est activé : les membres n’obtiennent pas de jeton d’organisation.`,
    factorLink: 'Activer un facteur',
    keys: 'La clé qui signe les jetons a plus d’un an.',
    keysLink: 'La renouveler',
  },

  firstSteps: 'Premiers pas',
  firstStepsText: 'D’une installation vide à des personnes qui se connectent à une organisation.',
  progress: (done: number, all: number) => `${done} sur ${all} faits`,
  dismiss: 'Masquer les premiers pas',
  done: 'fait',
  steps: {
    organization: { title: 'Créer une organisation', text: 'Une pour chaque entreprise ou équipe qui utilise votre produit, avec ses personnes, ses rôles et son apparence.', button: 'Créer une organisation' },
    user: { title: 'Ajouter quelqu’un', text: 'Quelqu’un qui peut se connecter. Plus tard, les personnes s’inscrivent elles-mêmes, sont invitées ou viennent par la connexion de leur entreprise.', button: 'Ajouter un utilisateur' },
    application: { title: 'Relier votre produit', text: 'C’est à une application que l’on se connecte. Un guide pour votre framework contient le code avec les bonnes valeurs.', button: 'Créer une application' },
    experience: { title: 'Faire vôtre la page de connexion', text: 'Couleur, logo et moyens de connexion, en trois étapes courtes.', button: 'Choisir l’apparence' },
    connector: { title: 'Envoyer des e-mails', text: 'Codes, mots de passe oubliés et invitations passent par un service d’e-mail à vous.', button: 'Configurer l’e-mail' },
  },
};
