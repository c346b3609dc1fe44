// How a connector is set up, step by step.
export const guides = {
  'simple-mail-transfer-protocol': {
    steps: [
      'En su proveedor de correo, busque el nombre de su servidor SMTP, el puerto y un usuario con contraseña. Algunos llaman a la contraseña clave de API.',
      'Use 587 o 465 como puerto. La conexión se cifra o no se establece, salvo que usted indique otra cosa.',
      'Como remitente, use una dirección de un dominio por el que su proveedor pueda enviar. Con SPF y DKIM en el DNS, los correos no acaban como spam.',
      'Envíese un mensaje de prueba antes de guardar.',
      'Los correos empiezan con textos nuestros. Después puede cambiar cada uno y escribirlos en más idiomas.',
    ],
  },
  'http-email': {
    steps: [
      'Escriba un pequeño servicio que acepte un POST con JSON, como abajo, y envíe el correo. Una respuesta 2xx significa que se aceptó.',
      'Su type dice por qué se envía el correo: SignIn, Register, ForgotPassword, OrganizationInvitation, Generic y otros. Su servicio escribe el texto.',
      'Si el servicio pide un token, escriba el encabezado Authorization completo.',
      'Envíese un mensaje de prueba: tiene el tipo Generic y el código 000000.',
    ],
  },
  'http-sms': {
    steps: [
      'Escriba un pequeño servicio que acepte un POST con JSON, como abajo, y envíe el SMS. Una respuesta 2xx significa que se aceptó.',
      'El número solo tiene cifras, con el prefijo del país primero. Su servicio escribe el texto.',
      'Si el servicio pide un token, escriba el encabezado Authorization completo.',
      'Envíese un mensaje de prueba: tiene el tipo Generic y el código 000000.',
    ],
  },
  'google-universal': {
    steps: [
      'En la consola de Google Cloud, abra «APIs & Services» y configure la pantalla de consentimiento.',
      'En «Credentials», cree un ID de cliente OAuth de tipo «Web application».',
      'Copie las direcciones de retorno de aquí en sus URI de redirección autorizados.',
      'Copie aquí su ID de cliente y su secreto.',
    ],
  },
  'github-universal': {
    steps: [
      'En GitHub, abra «Settings», «Developer settings», «OAuth Apps» y cree una nueva.',
      'Use la dirección de su producto como página principal y la primera dirección de retorno de aquí como «Authorization callback URL». GitHub también acepta direcciones por debajo de ella.',
      'Genere un secreto de cliente y copie aquí ambos valores.',
    ],
  },
  'apple-universal': {
    steps: [
      'En el portal de desarrolladores de Apple, cree un App ID con «Sign in with Apple» y, para él, un Services ID: ese es el ID de cliente.',
      'Configure el Services ID con su dominio y con las direcciones de retorno de aquí como URL de retorno.',
      'Cree una clave con «Sign in with Apple», descárguela una vez y copie aquí su ID y su texto.',
      'El ID del equipo está arriba a la derecha en el portal.',
    ],
  },
  'azuread-universal': {
    steps: [
      'En el centro de administración de Microsoft Entra, registre una aplicación y elija quién puede usarla.',
      'Añada las direcciones de retorno de aquí como URI de redirección de la plataforma «Web».',
      'En «Certificates & secrets», cree un secreto de cliente y copie aquí su valor y el ID de la aplicación.',
      'Las direcciones de correo solo cuentan como verificadas con el claim opcional xms_edov del token de identidad.',
    ],
  },
  oidc: {
    steps: [
      'Registre una aplicación en el proveedor, con las direcciones de retorno de aquí como URI de redirección.',
      'Copie aquí su ID de cliente y su secreto.',
      'El emisor basta si el proveedor tiene un documento de descubrimiento. Si no, déjelo vacío y escriba cada dirección, y cómo se comprueban los tokens de identidad.',
    ],
  },
  oauth2: {
    steps: [
      'Registre una aplicación en el proveedor, con las direcciones de retorno de aquí como URI de redirección.',
      'Copie aquí su ID de cliente, su secreto y sus tres direcciones.',
      'Diga dónde están, en la respuesta del endpoint de userinfo, el ID, el nombre y la dirección, si se llaman de otro modo. Un punto lleva a un miembro de un miembro.',
    ],
  },
};
