// What the navigation and the titles of pages say of nouns whose other texts come with their pages (later.ts).
export const pages = {
  connectors: {
    title: 'Connectoren',
    one: 'Connector',
    setUp: 'Einrichten',
    settings: 'Einstellungen',
    messages: 'Texte',
    tabs: { passwordless: 'E-Mail und SMS', texts: 'E-Mail-Texte', social: 'Soziale Konten' },
    createText: 'Text schreiben',
    mailText: 'E-Mail-Text',
    addSocial: 'Sozialen Connector hinzufügen',
  },
  enterpriseSso: {
    title: 'Enterprise-SSO',
    one: 'Enterprise-Connector',
    create: 'Connector erstellen',
    tabs: { connection: 'Verbindung', experience: 'Darstellung', initiated: 'IdP-initiiert' },
  },
  security: {
    title: 'Sicherheit',
    tabs: { captcha: 'Captcha', password: 'Passwörter', blocklist: 'E-Mail-Adressen', general: 'Sperre und Codes' },
  },
};
