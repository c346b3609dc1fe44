import { plural } from '../index.ts';

export const resources = {
  title: 'API-Ressourcen',
  one: 'API-Ressource',
  text: 'Die APIs, die Sie schützen. Eine Anwendung fordert ein Token für eine davon an, und das Token sagt, was es erlaubt.',
  create: 'API-Ressource erstellen',
  createFirst: 'Registrieren Sie Ihre erste API',
  isDefault: 'Standard',
  builtIn: 'Eingebaut',
  id: 'ID der API-Ressource',
  nameHelp: 'Nur Administratoren sehen ihn.',
  indicator: 'Kennung',
  indicatorHelp: 'Die Audience ihrer Token, eine absolute Adresse wie https://api.example.com. Sie muss nirgendwohin führen und kann später nicht geändert werden.',
  indicatorWrong: 'Das ist keine absolute Adresse ohne Leerzeichen und #, wie https://api.example.com.',
  general: 'Allgemein',
  about: 'Über',
  ttl: 'Lebensdauer der Access-Token in Sekunden',
  ttlHelp: '3600 ist eine Stunde. Bereits ausgestellte Token behalten ihre.',
  ttlWrong: 'Eine ganze Zahl von Sekunden, mindestens 1 und höchstens zehn Jahre.',
  defaultApi: 'Standard-API',
  defaultApiHelp: 'Anwendungen, die keine API nennen, erhalten Token für diese. Es gibt höchstens eine: Die bisherige verliert es.',
  managed: 'Das ist die API, die die Konsole selbst verwendet. Sie kann nicht umbenannt oder gelöscht werden, und ihre Berechtigungen stehen fest.',

  tabs: { permissions: 'Berechtigungen', general: 'Allgemein' },

  permission: {
    title: 'Berechtigung',
    search: 'Nach Name, Beschreibung oder ID suchen',
    empty: 'Eine Berechtigung ist etwas, was diese API zu tun erlaubt, etwa read:invoices. Rollen enthalten Berechtigungen.',
    create: 'Berechtigung erstellen',
    createFirst: 'Erstellen Sie die erste Berechtigung',
    name: 'Berechtigung',
    nameHelp: 'Ohne Leerzeichen, etwa read:invoices. Token enthalten sie als Scope.',
    blanks: 'Der Name einer Berechtigung hat keine Leerzeichen.',
    edit: 'Berechtigung bearbeiten',
    delete: 'Berechtigung löschen',
    deleteText: (name: string) => `${name} wird endgültig gelöscht. Alle Rollen verlieren sie und damit alle, die sie dadurch haben.`,
  },

  danger: 'Gefahrenbereich',
  delete: 'API-Ressource löschen',
  deleteText: (permissions: number) => permissions === 0 ? 'Anwendungen erhalten keine Token mehr für diese API.'
    : `Anwendungen erhalten keine Token mehr für diese API. ${plural(permissions, 'Ihre Berechtigung wird', 'Ihre # Berechtigungen werden')} allen Rollen entzogen.`,
};
