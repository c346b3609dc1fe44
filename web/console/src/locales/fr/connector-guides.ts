// How a connector is set up, step by step.
export const guides = {
  'simple-mail-transfer-protocol': {
    steps: [
      'Chez votre fournisseur de messagerie, trouvez le nom du serveur SMTP, le port et un utilisateur avec mot de passe. Certains appellent le mot de passe clé d’API.',
      'Prenez 587 ou 465 comme port. La connexion est chiffrée ou n’est pas établie, sauf si vous demandez autre chose.',
      'Comme expéditeur, prenez une adresse d’un domaine pour lequel votre fournisseur peut envoyer. Avec SPF et DKIM dans le DNS, les e-mails ne finissent pas dans les indésirables.',
      'Envoyez-vous un message d’essai avant d’enregistrer.',
      'Les e-mails partent avec nos textes. Vous pouvez ensuite modifier chacun d’eux et les écrire dans d’autres langues.',
    ],
  },
  'http-email': {
    steps: [
      'Écrivez un petit service qui accepte un POST avec du JSON, comme ci-dessous, et envoie l’e-mail. Une réponse 2xx signifie qu’il a été accepté.',
      'Son type dit pourquoi l’e-mail est envoyé : SignIn, Register, ForgotPassword, OrganizationInvitation, Generic et d’autres. Votre service écrit le texte.',
      'Si le service demande un jeton, saisissez tout l’en-tête Authorization.',
      'Envoyez-vous un message d’essai : il a le type Generic et le code 000000.',
    ],
  },
  'http-sms': {
    steps: [
      'Écrivez un petit service qui accepte un POST avec du JSON, comme ci-dessous, et envoie le SMS. Une réponse 2xx signifie qu’il a été accepté.',
      'Le numéro n’y a que des chiffres, l’indicatif du pays d’abord. Votre service écrit le texte.',
      'Si le service demande un jeton, saisissez tout l’en-tête Authorization.',
      'Envoyez-vous un message d’essai : il a le type Generic et le code 000000.',
    ],
  },
  'google-universal': {
    steps: [
      'Dans la console Google Cloud, ouvrez « APIs & Services » et configurez l’écran de consentement.',
      'Sous « Credentials », créez un identifiant client OAuth de type « Web application ».',
      'Copiez les adresses de rappel d’ici dans ses URI de redirection autorisées.',
      'Copiez ici son identifiant client et son secret.',
    ],
  },
  'github-universal': {
    steps: [
      'Sur GitHub, ouvrez « Settings », « Developer settings », « OAuth Apps », et créez-en une.',
      'Prenez l’adresse de votre produit comme page d’accueil, et la première adresse de rappel d’ici comme « Authorization callback URL ». GitHub accepte aussi les adresses en dessous.',
      'Générez un secret de client, et copiez ici les deux valeurs.',
    ],
  },
  'apple-universal': {
    steps: [
      'Dans le portail des développeurs d’Apple, créez un App ID avec « Sign in with Apple », et pour lui un Services ID : c’est l’identifiant du client.',
      'Configurez le Services ID avec votre domaine, et avec les adresses de rappel d’ici comme URL de retour.',
      'Créez une clé avec « Sign in with Apple », téléchargez-la une fois, et copiez ici son identifiant et son texte.',
      'L’identifiant de l’équipe est en haut à droite du portail.',
    ],
  },
  'azuread-universal': {
    steps: [
      'Dans le centre d’administration Microsoft Entra, inscrivez une application et choisissez qui peut l’utiliser.',
      'Ajoutez les adresses de rappel d’ici comme URI de redirection de la plateforme « Web ».',
      'Sous « Certificates & secrets », créez un secret de client, et copiez ici sa valeur et l’identifiant de l’application.',
      'Les adresses e-mail ne comptent comme vérifiées qu’avec le claim facultatif xms_edov du jeton d’identité.',
    ],
  },
  oidc: {
    steps: [
      'Inscrivez une application chez le fournisseur, avec les adresses de rappel d’ici comme URI de redirection.',
      'Copiez ici son identifiant client et son secret.',
      'L’émetteur suffit si le fournisseur a un document de découverte. Sinon, laissez-le vide et saisissez chaque adresse, et comment les jetons d’identité sont vérifiés.',
    ],
  },
  oauth2: {
    steps: [
      'Inscrivez une application chez le fournisseur, avec les adresses de rappel d’ici comme URI de redirection.',
      'Copiez ici son identifiant client, son secret et ses trois adresses.',
      'Dites où se trouvent, dans la réponse du point userinfo, l’identifiant, le nom et l’adresse, s’ils s’appellent autrement. Un point mène au membre d’un membre.',
    ],
  },
};
