// Guides of applications on people's own machines, and of machines without people.
import type { Step, Values } from './guides.ts';

export const expo = ({ endpoint, appId }: Values): Step[] => [
  { title: 'install', code: 'npx expo install @logto/rn expo-crypto expo-secure-store expo-web-browser @react-native-async-storage/async-storage' },
  { title: 'scheme', file: 'app.json', code: `{
  "expo": {
    "scheme": "io.example.app"
  }
}` },
  { title: 'configure', file: 'App.tsx', code: `import { LogtoProvider } from '@logto/rn';

const config = {
  endpoint: '${endpoint}',
  appId: '${appId}',
};

export default function App() {
  return <LogtoProvider config={config}><Account /></LogtoProvider>;
}` },
  { title: 'buttons', file: 'Account.tsx', code: `import { useLogto } from '@logto/rn';
import { Button } from 'react-native';

export function Account() {
  const { isAuthenticated, signIn, signOut } = useLogto();
  return isAuthenticated
    ? <Button title="Sign out" onPress={async () => signOut()} />
    : <Button title="Sign in" onPress={async () => signIn('io.example.app://callback')} />;
}` },
  { title: 'who', file: 'Account.tsx', code: `const { getIdTokenClaims } = useLogto();
const claims = await getIdTokenClaims();` },
];

export const appAuth = ({ endpoint, appId }: Values): Step[] => [
  { title: 'install', code: '.package(url: "https://github.com/openid/AppAuth-iOS", from: "1.7.0")' },
  { title: 'configure', file: 'SignIn.swift', code: `import AppAuth

let issuer = URL(string: "${endpoint}/oidc")!
let clientId = "${appId}"
let redirect = URL(string: "io.example.app://callback")!
var flow: OIDExternalUserAgentSession?
var state: OIDAuthState?` },
  { title: 'buttons', file: 'SignIn.swift', code: `func signIn(from view: UIViewController) {
    OIDAuthorizationService.discoverConfiguration(forIssuer: issuer) { configuration, error in
        guard let configuration else { return print(error ?? "no configuration") }
        let request = OIDAuthorizationRequest(
            configuration: configuration, clientId: clientId, clientSecret: nil,
            scopes: ["openid", "profile", "offline_access"], redirectURL: redirect,
            responseType: OIDResponseTypeCode, additionalParameters: ["prompt": "consent"])
        flow = OIDAuthState.authState(byPresenting: request, presenting: view) { signedIn, error in
            state = signedIn
        }
    }
}` },
  { title: 'who', file: 'SignIn.swift', code: `state?.performAction { accessToken, idToken, error in
    let claims = idToken.flatMap { OIDIDToken(idTokenString: $0) }?.claims
    print(claims?["name"] ?? "")
}` },
];

export const device = ({ endpoint, appId }: Values): Step[] => [
  { title: 'deviceBegin', code: `curl '${endpoint}/oidc/device/auth' \\
  -d client_id=${appId} \\
  --data-urlencode 'scope=openid offline_access profile'` },
  { title: 'deviceShow', code: `{
  "device_code": "…",
  "user_code": "ABCD-EFGH",
  "verification_uri": "${endpoint}/oidc/device",
  "interval": 5
}` },
  { title: 'devicePoll', code: `curl '${endpoint}/oidc/token' \\
  -d client_id=${appId} \\
  -d grant_type=urn:ietf:params:oauth:grant-type:device_code \\
  -d device_code=$DEVICE_CODE` },
  { title: 'who', code: `curl '${endpoint}/oidc/me' \\
  -H "Authorization: Bearer $ACCESS_TOKEN"` },
];

export const machine = ({ endpoint, appId, secret, resource }: Values): Step[] => [
  { title: 'machineToken', code: `curl '${endpoint}/oidc/token' \\
  -u '${appId}:${secret}' \\
  -d grant_type=client_credentials \\
  --data-urlencode 'resource=${resource}' \\
  -d scope=all` },
  { title: 'machineCall', code: `curl '${endpoint}/api/organizations' \\
  -H "Authorization: Bearer $ACCESS_TOKEN"` },
  { title: 'machineOrganization', code: `curl '${endpoint}/oidc/token' \\
  -u '${appId}:${secret}' \\
  -d grant_type=client_credentials \\
  -d organization_id=$ORGANIZATION_ID` },
];

export const management = ({ endpoint, appId, secret, resource }: Values): Step[] => [
  { title: 'install', code: 'npm install @logto/api' },
  { title: 'secret', file: '.env', code: `APP_SECRET=${secret}` },
  { title: 'configure', file: 'api.js', code: `import { createManagementApi } from '@logto/api/management';

export const { apiClient } = createManagementApi('default', {
  clientId: '${appId}',
  clientSecret: process.env.APP_SECRET,
  baseUrl: '${endpoint}',
  apiIndicator: '${resource}',
});` },
  { title: 'machineCall', file: 'list.js', code: `import { apiClient } from './api.js';

const { data } = await apiClient.GET('/api/organizations');
for (const { id, name } of data) console.log(id, name);` },
];
