// What the navigation and the titles of pages say of nouns whose other texts come with their pages (later.ts).
export const pages = {
  connectors: {
    title: 'Conectores',
    one: 'Conector',
    setUp: 'Configurar',
    settings: 'Ajustes',
    messages: 'Textos',
    tabs: { passwordless: 'Correo y SMS', texts: 'Textos de correo', social: 'Cuentas sociales' },
    createText: 'Escribir un texto',
    mailText: 'Texto de correo',
    addSocial: 'Añadir conector social',
  },
  enterpriseSso: {
    title: 'SSO empresarial',
    one: 'Conector de empresa',
    create: 'Crear conector',
    tabs: { connection: 'Conexión', experience: 'Presentación', initiated: 'Iniciada por el IdP' },
  },
  security: {
    title: 'Seguridad',
    tabs: { captcha: 'Captcha', password: 'Contraseñas', blocklist: 'Direcciones de correo', general: 'Bloqueo y códigos' },
  },
};
