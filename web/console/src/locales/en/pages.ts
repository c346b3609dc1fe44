// What the navigation and the titles of pages say of nouns whose other texts come with their pages (later.ts).
export const pages = {
  connectors: {
    title: 'Connectors',
    one: 'Connector',
    setUp: 'Set up',
    settings: 'Settings',
    messages: 'Texts',
    tabs: { passwordless: 'E-mail and SMS', texts: 'E-mail texts', social: 'Social' },
    createText: 'Write a text',
    mailText: 'E-mail text',
    addSocial: 'Add social connector',
  },
  enterpriseSso: {
    title: 'Enterprise SSO',
    one: 'Enterprise connector',
    create: 'Create connector',
    tabs: { connection: 'Connection', experience: 'Experience', initiated: 'IdP-initiated' },
  },
  security: {
    title: 'Security',
    tabs: { captcha: 'Captcha', password: 'Passwords', blocklist: 'E-mail addresses', general: 'Lockout and codes' },
  },
};
