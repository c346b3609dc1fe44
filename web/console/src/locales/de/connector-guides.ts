// How a connector is set up, step by step.
export const guides = {
  'simple-mail-transfer-protocol': {
    steps: [
      'Suchen Sie bei Ihrem Mailanbieter den Namen des SMTP-Servers, den Port und einen Benutzer mit Passwort. Manche nennen das Passwort API-Schlüssel.',
      'Nehmen Sie 587 oder 465 als Port. Die Verbindung wird verschlüsselt oder gar nicht aufgebaut, es sei denn, Sie wollen es anders.',
      'Nehmen Sie als Absender eine Adresse einer Domain, für die Ihr Anbieter senden darf. Mit SPF und DKIM im DNS landen die Mails nicht im Spam.',
      'Senden Sie sich vor dem Speichern eine Testnachricht.',
      'Die Mails beginnen mit Texten von uns. Danach können Sie jeden ändern und in weiteren Sprachen schreiben.',
    ],
  },
  'http-email': {
    steps: [
      'Schreiben Sie einen kleinen Dienst, der einen POST mit JSON wie unten annimmt und die Mail sendet. Eine Antwort 2xx heißt, dass sie angenommen wurde.',
      'Der type sagt, warum die Mail gesendet wird: SignIn, Register, ForgotPassword, OrganizationInvitation, Generic und andere. Ihr Dienst schreibt den Text.',
      'Verlangt der Dienst ein Token, tragen Sie den ganzen Authorization-Header ein.',
      'Senden Sie sich eine Testnachricht: Sie hat den Typ Generic und den Code 000000.',
    ],
  },
  'http-sms': {
    steps: [
      'Schreiben Sie einen kleinen Dienst, der einen POST mit JSON wie unten annimmt und die SMS sendet. Eine Antwort 2xx heißt, dass sie angenommen wurde.',
      'Die Nummer darin besteht nur aus Ziffern, die Landesvorwahl zuerst. Ihr Dienst schreibt den Text.',
      'Verlangt der Dienst ein Token, tragen Sie den ganzen Authorization-Header ein.',
      'Senden Sie sich eine Testnachricht: Sie hat den Typ Generic und den Code 000000.',
    ],
  },
  'google-universal': {
    steps: [
      'Öffnen Sie in der Google Cloud Console „APIs & Services“ und richten Sie den Zustimmungsbildschirm ein.',
      'Erstellen Sie unter „Credentials“ eine OAuth-Client-ID der Art „Web application“.',
      'Kopieren Sie die Callback-Adressen von hier in deren autorisierte Redirect-URIs.',
      'Kopieren Sie Client-ID und Client-Secret hierher.',
    ],
  },
  'github-universal': {
    steps: [
      'Öffnen Sie auf GitHub „Settings“, „Developer settings“, „OAuth Apps“ und erstellen Sie eine neue.',
      'Nehmen Sie die Adresse Ihres Produkts als Homepage und die erste Callback-Adresse von hier als „Authorization callback URL“. GitHub nimmt auch Adressen darunter.',
      'Erzeugen Sie ein Client-Secret und kopieren Sie beide Werte hierher.',
    ],
  },
  'apple-universal': {
    steps: [
      'Erstellen Sie im Entwicklerportal von Apple eine App-ID mit „Sign in with Apple“ und dafür eine Services-ID: Diese ist die Client-ID.',
      'Richten Sie die Services-ID mit Ihrer Domain ein und mit den Callback-Adressen von hier als Return-URLs.',
      'Erstellen Sie einen Schlüssel mit „Sign in with Apple“, laden Sie ihn einmal herunter und kopieren Sie ID und Text hierher.',
      'Die Team-ID steht oben rechts im Portal.',
    ],
  },
  'azuread-universal': {
    steps: [
      'Registrieren Sie im Microsoft Entra Admin Center eine Anwendung und wählen Sie, wer sie verwenden darf.',
      'Fügen Sie die Callback-Adressen von hier als Redirect-URIs der Plattform „Web“ hinzu.',
      'Erstellen Sie unter „Certificates & secrets“ ein Client-Secret und kopieren Sie dessen Wert und die Anwendungs-ID hierher.',
      'E-Mail-Adressen gelten nur mit dem optionalen Claim xms_edov des ID-Tokens als bestätigt.',
    ],
  },
  oidc: {
    steps: [
      'Registrieren Sie beim Anbieter eine Anwendung, mit den Callback-Adressen von hier als Redirect-URIs.',
      'Kopieren Sie deren Client-ID und Secret hierher.',
      'Der Issuer genügt, wenn der Anbieter ein Discovery-Dokument hat. Sonst lassen Sie ihn leer und geben jede Adresse ein, und wie ID-Token geprüft werden.',
    ],
  },
  oauth2: {
    steps: [
      'Registrieren Sie beim Anbieter eine Anwendung, mit den Callback-Adressen von hier als Redirect-URIs.',
      'Kopieren Sie deren Client-ID, Secret und drei Adressen hierher.',
      'Geben Sie an, wo in der Antwort des Userinfo-Endpunkts ID, Name und Adresse stehen, wenn sie anders heißen. Ein Punkt führt zu einem Feld eines Feldes.',
    ],
  },
};
