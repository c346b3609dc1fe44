import { language, plural } from '../index.ts';

export const dashboard = {
  title: 'Dashboard',
  text: 'Wer Ihr Produkt verwendet. Die Tage sind die der UTC.',

  users: 'Benutzer',
  total: 'Alle Benutzer',
  today: 'Neu heute',
  week: 'Neu in 7 Tagen',
  active: 'Aktive Benutzer',
  activeText: 'Personen, die sich angemeldet haben oder für die eine Anwendung ein neues Token erhielt.',
  daily: 'Tag',
  weekly: '7 Tage',
  monthly: '30 Tage',
  until: 'Bis',
  day: 'Tag',
  before: { yesterday: 'gestern', day: 'am Tag davor', week: 'in den 7 Tagen davor', month: 'in den 30 Tagen davor' },
  change: (n: number, when: string) => `${Math.abs(n).toLocaleString(language)} ${n > 0 ? 'mehr' : 'weniger'} als ${when}`,
  same: (when: string) => `So viele wie ${when}`,
  activity: {
    users: 'Aktive Benutzer',
    curve: (from: string, to: string, most: string, when: string) => `Aktive Benutzer pro Tag, von ${from} bis ${to}. Die meisten waren ${most}, am ${when}.`,
    noCurve: (from: string, to: string) => `Von ${from} bis ${to} war niemand aktiv.`,
  },
  newcomers: {
    users: 'Neue Benutzer',
    curve: (from: string, to: string, most: string, when: string) => `Neue Benutzer pro Tag, von ${from} bis ${to}. Die meisten waren ${most}, am ${when}.`,
    noCurve: (from: string, to: string) => `Von ${from} bis ${to} kam niemand neu hinzu.`,
  },

  newest: 'Neueste Organisationen',
  all: 'Alle Organisationen',

  attention: {
    connector: (kind: string) => `Angemeldet wird mit Codes, aber es gibt keinen ${kind}, der sie sendet.`,
    connectorLink: 'Connector einrichten',
    factor: (n: number) => `${plural(n, '# Organisation verlangt', '# Organisationen verlangen')} einen zweiten Faktor, aber keiner ist eingeschaltet: Mitglieder erhalten kein Organisations-Token.`,
    factorLink: 'Faktor einschalten',
    keys: 'Der Schlüssel, der Token signiert, ist über ein Jahr alt.',
    keysLink: 'Rotieren',
  },

  firstSteps: 'Erste Schritte',
  firstStepsText: 'Von der leeren Installation zu Personen, die sich bei einer Organisation anmelden.',
  progress: (done: number, all: number) => `${done} von ${all} erledigt`,
  dismiss: 'Erste Schritte ausblenden',
  done: 'erledigt',
  steps: {
    organization: { title: 'Organisation erstellen', text: 'Eine für jedes Unternehmen oder Team, das Ihr Produkt verwendet, mit eigenen Personen, Rollen und eigenem Aussehen.', button: 'Organisation erstellen' },
    user: { title: 'Jemanden hinzufügen', text: 'Jemanden, der sich anmelden kann. Später registrieren sich Personen selbst, werden eingeladen oder kommen über die Anmeldung ihres Unternehmens.', button: 'Benutzer hinzufügen' },
    application: { title: 'Ihr Produkt verbinden', text: 'Bei einer Anwendung meldet man sich an. Eine Anleitung für Ihr Framework enthält den Code mit den richtigen Werten.', button: 'Anwendung erstellen' },
    experience: { title: 'Die Anmeldeseite zu Ihrer machen', text: 'Farbe, Logo und womit man sich anmeldet, in drei kurzen Schritten.', button: 'Aussehen wählen' },
    connector: { title: 'E-Mails senden', text: 'Codes, vergessene Passwörter und Einladungen gehen über einen E-Mail-Dienst von Ihnen.', button: 'E-Mail einrichten' },
  },
};
