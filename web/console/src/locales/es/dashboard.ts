import { language, plural } from '../index.ts';

export const dashboard = {
  title: 'Panel',
  text: 'Quién usa su producto. Los días son los de UTC.',

  users: 'Usuarios',
  total: 'Todos los usuarios',
  today: 'Nuevos hoy',
  week: 'Nuevos en 7 días',
  active: 'Usuarios activos',
  activeText: 'Personas que iniciaron sesión o para las que una aplicación obtuvo un token nuevo.',
  daily: 'Día',
  weekly: '7 días',
  monthly: '30 días',
  until: 'Hasta',
  day: 'Día',
  before: { yesterday: 'ayer', day: 'el día anterior', week: 'en los 7 días anteriores', month: 'en los 30 días anteriores' },
  change: (n: number, when: string) => `${Math.abs(n).toLocaleString(language)} ${n > 0 ? 'más' : 'menos'} que ${when}`,
  same: (when: string) => `Tantos como ${when}`,
  activity: {
    users: 'Usuarios activos',
    curve: (from: string, to: string, most: string, when: string) => `Usuarios activos por día, del ${from} al ${to}. El máximo fue ${most}, el ${when}.`,
    noCurve: (from: string, to: string) => `Nadie estuvo activo del ${from} al ${to}.`,
  },
  newcomers: {
    users: 'Usuarios nuevos',
    curve: (from: string, to: string, most: string, when: string) => `Usuarios nuevos por día, del ${from} al ${to}. El máximo fue ${most}, el ${when}.`,
    noCurve: (from: string, to: string) => `No hubo nadie nuevo del ${from} al ${to}.`,
  },

  newest: 'Organizaciones más recientes',
  all: 'Todas las organizaciones',

  attention: {
    connector: (kind: string) => `Se inicia sesión con códigos, pero no hay ningún ${kind} que los envíe.`,
    connectorLink: 'Configurar uno',
    factor: (n: number) => `${plural(n, '# organización exige', '# organizaciones exigen')} un segundo factor y no hay ninguno activado: los miembros no obtienen un token de organización.`,
    factorLink: 'Activar un factor',
    keys: 'La clave que firma los tokens tiene más de un año.',
    keysLink: 'Renovarla',
  },

  firstSteps: 'Primeros pasos',
  firstStepsText: 'De una instalación vacía a personas que inician sesión en una organización.',
  progress: (done: number, all: number) => `${done} de ${all} hechos`,
  dismiss: 'Ocultar los primeros pasos',
  done: 'hecho',
  steps: {
    organization: { title: 'Crear una organización', text: 'Una para cada empresa o equipo que use su producto, con sus personas, sus roles y su apariencia.', button: 'Crear organización' },
    user: { title: 'Añadir a alguien', text: 'Alguien que pueda iniciar sesión. Más adelante las personas se registran solas, reciben una invitación o llegan por el inicio de sesión de su empresa.', button: 'Añadir usuario' },
    application: { title: 'Conectar su producto', text: 'En una aplicación es donde se inicia sesión. Una guía para su framework trae el código con los valores correctos.', button: 'Crear aplicación' },
    experience: { title: 'Hacer suya la página de inicio de sesión', text: 'Color, logotipo y con qué se inicia sesión, en tres pasos breves.', button: 'Elegir la apariencia' },
    connector: { title: 'Enviar correos', text: 'Los códigos, las contraseñas olvidadas y las invitaciones pasan por un servicio de correo suyo.', button: 'Configurar el correo' },
  },
};
