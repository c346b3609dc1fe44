// The frame around all pages, and signing in.
export const frame = {
  product: 'Guildhall',
  skip: 'Ir al contenido',
  menu: 'Menú',
  navigation: 'Páginas',
  breadcrumb: 'Dónde está',
  theme: 'Tema',
  light: 'Claro',
  dark: 'Oscuro',
  system: 'Como el sistema',
  language: 'Idioma',
  me: 'Su cuenta',
  profile: 'Perfil y seguridad',
  signOut: 'Cerrar sesión',
  signingIn: 'Le llevamos a la página de inicio de sesión…',
  signInFailed: 'No se pudo iniciar sesión',
  signInAgain: 'Volver a iniciar sesión',
  noAccess: 'No administra esta instalación',
  noAccessText: 'Ha iniciado sesión, pero su cuenta no tiene ningún rol de administrador. Pídaselo a alguien que lo tenga o inicie sesión con otra cuenta.',

  groups: {
    overview: 'Resumen',
    organizations: 'Organizaciones',
    people: 'Personas',
    applications: 'Aplicaciones',
    signIn: 'Inicio de sesión',
    developer: 'Desarrollo',
    settings: 'Ajustes',
  },

  palette: {
    placeholder: 'Ir a una organización, una persona, una aplicación o una página',
    pages: 'Páginas',
    nothing: 'No se ha encontrado nada.',
    help: 'Las flechas eligen, Intro abre, Escape cierra.',
  },
};
