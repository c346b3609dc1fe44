// What several nouns say.
import { plural } from '../index.ts';

export const common = {
  save: 'Änderungen speichern',
  saved: 'Gespeichert',
  discard: 'Verwerfen',
  unsaved: 'Nicht gespeicherte Änderungen',
  cancel: 'Abbrechen',
  close: 'Schließen',
  create: 'Erstellen',
  add: 'Hinzufügen',
  edit: 'Bearbeiten',
  remove: 'Entfernen',
  delete: 'Löschen',
  search: 'Suchen',
  clear: 'Suche leeren',
  retry: 'Erneut versuchen',
  undo: 'Rückgängig',
  copy: 'Kopieren',
  copied: 'Kopiert',
  show: 'Anzeigen',
  hide: 'Verbergen',
  more: 'Mehr',
  moreOf: (name: string) => `Mehr zu ${name}`,
  none: '–',
  on: 'Ein',
  off: 'Aus',
  name: 'Name',
  description: 'Beschreibung',
  optional: 'Optional',
  id: 'ID',
  created: 'Erstellt',
  customData: 'Eigene Daten',
  customDataHelp: 'Ein beliebiges JSON-Objekt. Ihre Anwendungen lesen es über die Management API.',
  loading: 'Wird geladen',
  requestId: 'Anfrage',
  choose: 'Auswählen',
  roles: 'Rollen',
  required: 'Diese Angabe fehlt.',

  apiCall: {
    button: 'API-Aufruf anzeigen',
    title: 'Dasselbe über die API',
    help: 'Das sendet die Schaltfläche. Setzen Sie ein Token oder das Secret einer Machine-to-Machine-Anwendung ein, die die Management API verwenden darf.',
    nothing: 'Es wurde nichts geändert, also würde nichts gesendet.',
    curl: 'curl',
    sdk: '@logto/api',
  },

  error: {
    title: 'Das hat nicht geklappt',
    away: 'Der Server ist nicht erreichbar. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.',
    timeout: 'Der Server hat nicht innerhalb von 20 Sekunden geantwortet.',
    notFound: 'Hier ist nichts',
    notFoundText: 'Vielleicht wurde es gelöscht, oder die Adresse enthält einen Tippfehler.',
    broken: 'Diese Seite ist fehlgeschlagen',
    brokenText: 'Nichts, was Sie gespeichert haben, ist verloren. Falls es wieder geschieht, sagen Sie uns, was Sie getan haben und was unten steht.',
    fields: 'Einige Felder müssen noch einmal geprüft werden.',
    json: (line: number, why: string) => `Zeile ${line}: ${why}`,
    jsonObject: 'Es muss ein JSON-Objekt sein: { … }',
    url: 'Das ist keine Internetadresse. Sie beginnt mit https:// oder http://',
  },

  leave: {
    title: 'Ohne Speichern verlassen?',
    text: 'Was Sie auf dieser Seite geändert haben, ginge verloren.',
    stay: 'Bleiben',
    leave: 'Verlassen',
  },

  confirm: {
    typeName: (name: string) => `Geben Sie zur Bestätigung ${name} ein`,
  },

  table: {
    noMatch: (word: string) => `Kein Treffer für „${word}“.`,
    total: (n: number) => plural(n, '# insgesamt'),
    range: (from: number, to: number, total: number) => `${from}–${to} von ${total}`,
    rangeOfMore: (from: number, to: number, counted: number) => `${from}–${to} von mehr als ${counted - 1}`,
    selected: (n: number) => plural(n, '# ausgewählt'),
    select: (name: string) => `${name} auswählen`,
    selectAll: 'Alle auf dieser Seite auswählen',
    unselect: 'Auswahl aufheben',
    first: 'Erste Seite',
    previous: 'Vorherige Seite',
    next: 'Nächste Seite',
    last: 'Letzte Seite',
    nothing: 'Hier ist noch nichts.',
  },

  transfer: {
    chosen: (n: number) => plural(n, '# ausgewählt'),
    nobody: 'Noch nichts ausgewählt. Wählen Sie links aus.',
    choose: 'Wählen Sie mindestens einen Eintrag.',
    take: (name: string) => `${name} auswählen`,
    drop: (name: string) => `${name} aus der Auswahl entfernen`,
  },

  list: {
    add: 'Weiteren Eintrag hinzufügen',
    removeOne: (value: string) => `${value} entfernen`,
    duplicate: 'Das steht schon da.',
    addOne: (value: string) => `${value} hinzufügen`,
    up: (value: string) => `${value} nach oben`,
    down: (value: string) => `${value} nach unten`,
  },

  preview: {
    title: 'Vorschau',
    device: 'Gerät',
    mobile: 'Telefon',
    desktop: 'Computer',
  },

  color: { saturation: 'Sättigung und Helligkeit', hue: 'Farbton' },

  chart: { table: 'Als Tabelle zeigen' },

  image: {
    drop: 'Ziehen Sie ein Bild hierher oder',
    choose: 'wählen Sie eine Datei',
    address: 'Adresse des Bildes',
    formats: 'SVG, PNG, JPG, WebP oder ICO, bis 500 kB.',
    tooLarge: 'Das Bild ist größer als 500 kB.',
    wrongType: 'Bilder dieser Art werden nicht angenommen.',
    uploading: 'Wird hochgeladen',
  },
};
