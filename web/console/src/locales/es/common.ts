// What several nouns say.
import { plural } from '../index.ts';

export const common = {
  save: 'Guardar cambios',
  saved: 'Guardado',
  discard: 'Descartar',
  unsaved: 'Cambios sin guardar',
  cancel: 'Cancelar',
  close: 'Cerrar',
  create: 'Crear',
  add: 'Añadir',
  edit: 'Editar',
  remove: 'Quitar',
  delete: 'Eliminar',
  search: 'Buscar',
  clear: 'Borrar la búsqueda',
  retry: 'Reintentar',
  undo: 'Deshacer',
  copy: 'Copiar',
  copied: 'Copiado',
  show: 'Mostrar',
  hide: 'Ocultar',
  more: 'Más',
  moreOf: (name: string) => `Más de ${name}`,
  none: '–',
  on: 'Activado',
  off: 'Desactivado',
  name: 'Nombre',
  description: 'Descripción',
  optional: 'Opcional',
  id: 'ID',
  created: 'Creación',
  customData: 'Datos personalizados',
  customDataHelp: 'Cualquier objeto JSON. Sus aplicaciones lo leen mediante la Management API.',
  loading: 'Cargando',
  requestId: 'Solicitud',
  choose: 'Elegir',
  roles: 'Roles',
  required: 'Este dato es necesario.',

  apiCall: {
    button: 'Ver llamada a la API',
    title: 'Lo mismo mediante la API',
    help: 'Esto es lo que envía el botón. Ponga un token o el secreto de una aplicación de máquina a máquina que pueda usar la Management API.',
    nothing: 'No se ha cambiado nada, así que no se enviaría nada.',
    curl: 'curl',
    sdk: '@logto/api',
  },

  error: {
    title: 'No ha funcionado',
    away: 'No se puede acceder al servidor. Compruebe su conexión e inténtelo de nuevo.',
    timeout: 'El servidor no respondió en 20 segundos.',
    notFound: 'Aquí no hay nada',
    notFoundText: 'Quizá se haya eliminado o la dirección esté mal escrita.',
    broken: 'Esta página ha fallado',
    brokenText: 'No se ha perdido nada de lo que guardó. Si vuelve a ocurrir, díganos qué hizo y el mensaje de abajo.',
    fields: 'Revise algunos campos.',
    json: (line: number, why: string) => `Línea ${line}: ${why}`,
    jsonObject: 'Debe ser un objeto JSON: { … }',
    url: 'No es una dirección web. Empieza por https:// o http://',
  },

  leave: {
    title: '¿Salir sin guardar?',
    text: 'Se perdería lo que ha cambiado en esta página.',
    stay: 'Quedarse',
    leave: 'Salir',
  },

  confirm: {
    typeName: (name: string) => `Escriba ${name} para confirmar`,
  },

  table: {
    noMatch: (word: string) => `No hay resultados para «${word}».`,
    total: (n: number) => plural(n, '# en total'),
    range: (from: number, to: number, total: number) => `${from}–${to} de ${total}`,
    rangeOfMore: (from: number, to: number, counted: number) => `${from}–${to} de más de ${counted - 1}`,
    selected: (n: number) => plural(n, '# seleccionado', '# seleccionados'),
    select: (name: string) => `Seleccionar ${name}`,
    selectAll: 'Seleccionar todo en esta página',
    unselect: 'Borrar la selección',
    first: 'Primera página',
    previous: 'Página anterior',
    next: 'Página siguiente',
    last: 'Última página',
    nothing: 'Todavía no hay nada aquí.',
  },

  transfer: {
    chosen: (n: number) => plural(n, '# elegido', '# elegidos'),
    nobody: 'Todavía no ha elegido nada. Elija a la izquierda.',
    choose: 'Elija al menos uno.',
    take: (name: string) => `Elegir ${name}`,
    drop: (name: string) => `Quitar ${name} de la elección`,
  },

  list: {
    add: 'Añadir otro',
    removeOne: (value: string) => `Quitar ${value}`,
    duplicate: 'Este ya está.',
    addOne: (value: string) => `Añadir ${value}`,
    up: (value: string) => `Subir ${value}`,
    down: (value: string) => `Bajar ${value}`,
  },

  preview: {
    title: 'Vista previa',
    device: 'Dispositivo',
    mobile: 'Teléfono',
    desktop: 'Ordenador',
  },

  color: { saturation: 'Saturación y brillo', hue: 'Tono' },

  chart: { table: 'Mostrar como tabla' },

  image: {
    drop: 'Suelte una imagen aquí o',
    choose: 'elija un archivo',
    address: 'Dirección de la imagen',
    formats: 'SVG, PNG, JPG, WebP o ICO, hasta 500 kB.',
    tooLarge: 'La imagen supera los 500 kB.',
    wrongType: 'Ese tipo de imagen no se admite.',
    uploading: 'Subiendo',
  },
};
