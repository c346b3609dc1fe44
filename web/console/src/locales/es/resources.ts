import { plural } from '../index.ts';

export const resources = {
  title: 'Recursos de API',
  one: 'Recurso de API',
  text: 'Las API que usted protege. Una aplicación pide un token para una de ellas, y el token dice qué permite.',
  create: 'Crear recurso de API',
  createFirst: 'Registre su primera API',
  isDefault: 'Predeterminada',
  builtIn: 'Integrada',
  id: 'ID del recurso de API',
  nameHelp: 'Solo lo ven los administradores.',
  indicator: 'Identificador',
  indicatorHelp: 'La audiencia de sus tokens, una dirección absoluta como https://api.example.com. No hace falta que lleve a ninguna parte, y después no se puede cambiar.',
  indicatorWrong: 'No es una dirección absoluta sin espacios ni #, como https://api.example.com.',
  general: 'General',
  about: 'Acerca de',
  ttl: 'Duración de los tokens de acceso, en segundos',
  ttlHelp: '3600 es una hora. Los tokens ya emitidos conservan la suya.',
  ttlWrong: 'Un número entero de segundos, al menos 1 y como máximo diez años.',
  defaultApi: 'API predeterminada',
  defaultApiHelp: 'Las aplicaciones que no indican ninguna API obtienen tokens para esta. Solo puede haber una: la anterior deja de serlo.',
  managed: 'Esta es la API que usa la propia consola. No se puede renombrar ni eliminar, y sus permisos son fijos.',

  tabs: { permissions: 'Permisos', general: 'General' },

  permission: {
    title: 'Permiso',
    search: 'Buscar por nombre, descripción o ID',
    empty: 'Un permiso es algo que esta API deja hacer, como read:invoices. Los roles contienen permisos.',
    create: 'Crear permiso',
    createFirst: 'Cree el primer permiso',
    name: 'Permiso',
    nameHelp: 'Sin espacios, como read:invoices. Los tokens lo llevan como ámbito (scope).',
    blanks: 'El nombre de un permiso no tiene espacios.',
    edit: 'Editar permiso',
    delete: 'Eliminar permiso',
    deleteText: (name: string) => `${name} se elimina definitivamente. Lo pierden todos los roles y, con ellos, todos los que lo tienen por ellos.`,
  },

  danger: 'Zona de peligro',
  delete: 'Eliminar recurso de API',
  deleteText: (permissions: number) => permissions === 0 ? 'Las aplicaciones dejan de obtener tokens para esta API.'
    : `Las aplicaciones dejan de obtener tokens para esta API. ${plural(permissions, 'Su permiso se quita', 'Sus # permisos se quitan')} de todos los roles.`,
};
