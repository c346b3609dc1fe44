// How a connector is set up, step by step.
export const guides = {
  'simple-mail-transfer-protocol': {
    steps: [
      'At your mail provider, find the name of its SMTP server, the port, and a user with a password. Some call the password an API key.',
      'Take 587 or 465 as the port. The connection is encrypted or not made at all, unless you say otherwise.',
      'As the sender, take an address of a domain that your provider may send for. With SPF and DKIM in its DNS, mails do not end as spam.',
      'Send a test message to yourself before you save.',
      'The mails begin with texts of ours. You can change each of them afterwards, and write them in more languages.',
    ],
  },
  'http-email': {
    steps: [
      'Write a small service that takes a POST with JSON, as below, and sends the mail. An answer of 2xx means that it was taken.',
      'Its type says why the mail is sent: SignIn, Register, ForgotPassword, OrganizationInvitation, Generic and others. Your service writes the text.',
      'If the service asks for a token, type the whole Authorization header.',
      'Send a test message to yourself: it has the type Generic and the code 000000.',
    ],
  },
  'http-sms': {
    steps: [
      'Write a small service that takes a POST with JSON, as below, and sends the text message. An answer of 2xx means that it was taken.',
      'The number in it has only digits, the country code first. Your service writes the text.',
      'If the service asks for a token, type the whole Authorization header.',
      'Send a test message to yourself: it has the type Generic and the code 000000.',
    ],
  },
  'google-universal': {
    steps: [
      'In the Google Cloud console, open APIs & Services and set up the consent screen.',
      'Under Credentials, create an OAuth client id of the type Web application.',
      'Copy the callback addresses from here to its authorized redirect URIs.',
      'Copy its client id and client secret to here.',
    ],
  },
  'github-universal': {
    steps: [
      'On GitHub, open Settings, Developer settings, OAuth Apps, and create a new one.',
      'Take your product’s address as the homepage, and the first callback address from here as the authorization callback URL. GitHub takes addresses below it too.',
      'Generate a client secret, and copy both values to here.',
    ],
  },
  'apple-universal': {
    steps: [
      'In Apple’s developer portal, create an App ID with Sign in with Apple, and a Services ID for it: that one is the client id.',
      'Configure the Services ID with your domain, and the callback addresses from here as its return URLs.',
      'Create a key with Sign in with Apple, download it once, and copy its id and text to here.',
      'The team id stands at the top right of the portal.',
    ],
  },
  'azuread-universal': {
    steps: [
      'In the Microsoft Entra admin center, register an application, and choose who may use it.',
      'Add the callback addresses from here as redirect URIs of the platform Web.',
      'Under Certificates & secrets, create a client secret, and copy its value with the application id to here.',
      'E-mail addresses count as verified only with the optional claim xms_edov of the ID token.',
    ],
  },
  oidc: {
    steps: [
      'Register an application at the provider, with the callback addresses from here as its redirect URIs.',
      'Copy its client id and secret to here.',
      'The issuer is enough where the provider has a discovery document. Else leave it empty and enter each address, and how ID tokens are checked.',
    ],
  },
  oauth2: {
    steps: [
      'Register an application at the provider, with the callback addresses from here as its redirect URIs.',
      'Copy its client id, its secret and its three addresses to here.',
      'Say where in the answer of the userinfo endpoint id, name and address stand, if they are not called so. A dot leads to a member of a member.',
    ],
  },
};
