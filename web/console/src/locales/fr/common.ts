// What several nouns say.
import { plural } from '../index.ts';

export const common = {
  save: 'Enregistrer les modifications',
  saved: 'Enregistré',
  discard: 'Annuler les modifications',
  unsaved: 'Modifications non enregistrées',
  cancel: 'Annuler',
  close: 'Fermer',
  create: 'Créer',
  add: 'Ajouter',
  edit: 'Modifier',
  remove: 'Retirer',
  delete: 'Supprimer',
  search: 'Rechercher',
  clear: 'Effacer la recherche',
  retry: 'Réessayer',
  undo: 'Annuler l’action',
  copy: 'Copier',
  copied: 'Copié',
  show: 'Afficher',
  hide: 'Masquer',
  more: 'Plus',
  moreOf: (name: string) => `Plus pour ${name}`,
  none: '–',
  on: 'Activé',
  off: 'Désactivé',
  name: 'Nom',
  description: 'Description',
  optional: 'Facultatif',
  id: 'Identifiant',
  created: 'Création',
  customData: 'Données personnalisées',
  customDataHelp: 'N’importe quel objet JSON. Vos applications le lisent par la Management API.',
  loading: 'Chargement',
  requestId: 'Requête',
  choose: 'Choisir',
  roles: 'Rôles',
  required: 'Ce champ est obligatoire.',

  apiCall: {
    button: 'Voir l’appel d’API',
    title: 'La même chose par l’API',
    help: 'C’est ce qu’envoie le bouton. Mettez à sa place un jeton ou le secret d’une application machine à machine qui peut utiliser la Management API.',
    nothing: 'Rien n’a été modifié, donc rien ne serait envoyé.',
    curl: 'curl',
    sdk: '@logto/api',
  },

  error: {
    title: 'Cela n’a pas fonctionné',
    away: 'Le serveur est injoignable. Vérifiez votre connexion et réessayez.',
    timeout: 'Le serveur n’a pas répondu en 20 secondes.',
    notFound: 'Il n’y a rien ici',
    notFoundText: 'L’élément a peut-être été supprimé, ou l’adresse est mal saisie.',
    broken: 'Cette page a échoué',
    brokenText: 'Rien de ce que vous avez enregistré n’est perdu. Si cela se reproduit, dites-nous ce que vous avez fait et le message ci-dessous.',
    fields: 'Certains champs sont à revoir.',
    json: (line: number, why: string) => `Ligne ${line} : ${why}`,
    jsonObject: 'Il faut un objet JSON : { … }',
    url: 'Ce n’est pas une adresse web. Elle commence par https:// ou http://',
  },

  leave: {
    title: 'Quitter sans enregistrer ?',
    text: 'Ce que vous avez modifié sur cette page serait perdu.',
    stay: 'Rester',
    leave: 'Quitter',
  },

  confirm: {
    typeName: (name: string) => `Saisissez ${name} pour confirmer`,
  },

  table: {
    noMatch: (word: string) => `Aucun résultat pour « ${word} ».`,
    total: (n: number) => plural(n, '# au total'),
    range: (from: number, to: number, total: number) => `${from}–${to} sur ${total}`,
    rangeOfMore: (from: number, to: number, counted: number) => `${from}–${to} sur plus de ${counted - 1}`,
    selected: (n: number) => plural(n, '# sélectionné', '# sélectionnés'),
    select: (name: string) => `Sélectionner ${name}`,
    selectAll: 'Tout sélectionner sur cette page',
    unselect: 'Effacer la sélection',
    first: 'Première page',
    previous: 'Page précédente',
    next: 'Page suivante',
    last: 'Dernière page',
    nothing: 'Rien ici pour l’instant.',
  },

  transfer: {
    chosen: (n: number) => plural(n, '# choisi', '# choisis'),
    nobody: 'Rien n’est encore choisi. Choisissez à gauche.',
    choose: 'Choisissez au moins un élément.',
    take: (name: string) => `Choisir ${name}`,
    drop: (name: string) => `Retirer ${name} du choix`,
  },

  list: {
    add: 'En ajouter un autre',
    removeOne: (value: string) => `Retirer ${value}`,
    duplicate: 'Celui-ci y est déjà.',
    addOne: (value: string) => `Ajouter ${value}`,
    up: (value: string) => `Monter ${value}`,
    down: (value: string) => `Descendre ${value}`,
  },

  preview: {
    title: 'Aperçu',
    device: 'Appareil',
    mobile: 'Téléphone',
    desktop: 'Ordinateur',
  },

  color: { saturation: 'Saturation et luminosité', hue: 'Teinte' },

  chart: { table: 'Afficher en tableau' },

  image: {
    drop: 'Déposez une image ici, ou',
    choose: 'choisissez un fichier',
    address: 'Adresse de l’image',
    formats: 'SVG, PNG, JPG, WebP ou ICO, jusqu’à 500 ko.',
    tooLarge: 'L’image dépasse 500 ko.',
    wrongType: 'Ce type d’image n’est pas accepté.',
    uploading: 'Envoi en cours',
  },
};
