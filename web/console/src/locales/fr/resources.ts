import { plural } from '../index.ts';

export const resources = {
  title: 'Ressources API',
  one: 'Ressource API',
  text: 'Les API que vous protégez. Une application demande un jeton pour l’une d’elles, et le jeton dit ce qu’il permet.',
  create: 'Créer une ressource API',
  createFirst: 'Enregistrez votre première API',
  isDefault: 'Par défaut',
  builtIn: 'Intégrée',
  id: 'Identifiant de la ressource API',
  nameHelp: 'Seuls les administrateurs le voient.',
  indicator: 'Indicateur',
  indicatorHelp: 'L’audience de ses jetons, une adresse absolue comme https://api.example.com. Elle n’a pas besoin de mener quelque part et ne peut plus être modifiée.',
  indicatorWrong: 'Ce n’est pas une adresse absolue sans espaces ni #, comme https://api.example.com.',
  general: 'Général',
  about: 'À propos',
  ttl: 'Durée de vie des jetons d’accès, en secondes',
  ttlHelp: '3600 font une heure. Les jetons déjà émis gardent la leur.',
  ttlWrong: 'Un nombre entier de secondes, au moins 1 et au plus dix ans.',
  defaultApi: 'API par défaut',
  defaultApiHelp: 'Les applications qui ne nomment aucune API obtiennent des jetons pour celle-ci. Il y en a au plus une : l’autre cesse de l’être.',
  managed: 'C’est l’API que la console elle-même utilise. Elle ne peut être ni renommée ni supprimée, et ses permissions sont fixes.',

  tabs: { permissions: 'Permissions', general: 'Général' },

  permission: {
    title: 'Permission',
    search: 'Rechercher par nom, description ou identifiant',
    empty: 'Une permission est quelque chose que cette API permet de faire, comme read:invoices. Les rôles contiennent des permissions.',
    create: 'Créer une permission',
    createFirst: 'Créez la première permission',
    name: 'Permission',
    nameHelp: 'Sans espaces, comme read:invoices. Les jetons la portent comme portée (scope).',
    blanks: 'Le nom d’une permission n’a pas d’espaces.',
    edit: 'Modifier la permission',
    delete: 'Supprimer la permission',
    deleteText: (name: string) => `${name} est supprimée définitivement. Tous les rôles la perdent, et donc tous ceux qui l’ont par eux.`,
  },

  danger: 'Zone de danger',
  delete: 'Supprimer la ressource API',
  deleteText: (permissions: number) => permissions === 0 ? 'Les applications n’obtiennent plus de jetons pour cette API.'
    : `Les applications n’obtiennent plus de jetons pour cette API. ${plural(permissions, 'Sa permission est retirée', 'Ses # permissions sont retirées')} de tous les rôles.`,
};
