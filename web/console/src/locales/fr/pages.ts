// What the navigation and the titles of pages say of nouns whose other texts come with their pages (later.ts).
export const pages = {
  connectors: {
    title: 'Connecteurs',
    one: 'Connecteur',
    setUp: 'Configurer',
    settings: 'Paramètres',
    messages: 'Textes',
    tabs: { passwordless: 'E-mail et SMS', texts: 'Textes des e-mails', social: 'Comptes sociaux' },
    createText: 'Écrire un texte',
    mailText: 'Texte d’e-mail',
    addSocial: 'Ajouter un connecteur social',
  },
  enterpriseSso: {
    title: 'SSO d’entreprise',
    one: 'Connecteur d’entreprise',
    create: 'Créer un connecteur',
    tabs: { connection: 'Liaison', experience: 'Présentation', initiated: 'Initiée par l’IdP' },
  },
  security: {
    title: 'Sécurité',
    tabs: { captcha: 'Captcha', password: 'Mots de passe', blocklist: 'Adresses e-mail', general: 'Verrouillage et codes' },
  },
};
