// Guides of applications that run in the browser alone.
import type { Step, Values } from './guides.ts';

const signIn = "'http://localhost:5173/callback'", signOut = "'http://localhost:5173/'";

export const react = ({ endpoint, appId }: Values): Step[] => [
  { title: 'install', code: 'npm install @logto/react' },
  { title: 'configure', file: 'src/main.tsx', code: `import { LogtoProvider } from '@logto/react';

const config = {
  endpoint: '${endpoint}',
  appId: '${appId}',
};

createRoot(document.getElementById('root')!).render(
  <LogtoProvider config={config}>
    <App />
  </LogtoProvider>,
);` },
  { title: 'callback', file: 'src/callback.tsx', code: `import { useHandleSignInCallback } from '@logto/react';

// The page at /callback.
export function Callback() {
  const { isLoading } = useHandleSignInCallback(() => window.location.replace('/'));
  return isLoading ? <p>One moment …</p> : null;
}` },
  { title: 'buttons', file: 'src/account.tsx', code: `import { useLogto } from '@logto/react';

export function Account() {
  const { isAuthenticated, signIn, signOut } = useLogto();
  return isAuthenticated
    ? <button onClick={() => signOut(${signOut})}>Sign out</button>
    : <button onClick={() => signIn(${signIn})}>Sign in</button>;
}` },
  { title: 'who', file: 'src/hello.tsx', code: `import { useLogto, type IdTokenClaims } from '@logto/react';
import { useEffect, useState } from 'react';

export function Hello() {
  const { isAuthenticated, getIdTokenClaims } = useLogto();
  const [claims, setClaims] = useState<IdTokenClaims>();
  useEffect(() => {
    if (isAuthenticated) void getIdTokenClaims().then(setClaims);
  }, [isAuthenticated]);
  return claims ? <p>Hello {claims.name ?? claims.sub}</p> : null;
}` },
];

export const vue = ({ endpoint, appId }: Values): Step[] => [
  { title: 'install', code: 'npm install @logto/vue' },
  { title: 'configure', file: 'src/main.ts', code: `import { createLogto } from '@logto/vue';
import { createApp } from 'vue';
import App from './App.vue';

createApp(App)
  .use(createLogto, {
    endpoint: '${endpoint}',
    appId: '${appId}',
  })
  .mount('#app');` },
  { title: 'callback', file: 'src/Callback.vue', code: `<script setup lang="ts">
// The page at /callback.
import { useHandleSignInCallback } from '@logto/vue';

const { isLoading } = useHandleSignInCallback(() => window.location.replace('/'));
</script>

<template><p v-if="isLoading">One moment …</p></template>` },
  { title: 'buttons', file: 'src/Account.vue', code: `<script setup lang="ts">
import { useLogto } from '@logto/vue';

const { isAuthenticated, signIn, signOut } = useLogto();
</script>

<template>
  <button v-if="isAuthenticated" @click="signOut(${signOut})">Sign out</button>
  <button v-else @click="signIn(${signIn})">Sign in</button>
</template>` },
  { title: 'who', file: 'src/Hello.vue', code: `<script setup lang="ts">
import { useLogto, type IdTokenClaims } from '@logto/vue';
import { ref, watchEffect } from 'vue';

const { isAuthenticated, getIdTokenClaims } = useLogto();
const claims = ref<IdTokenClaims>();
watchEffect(async () => {
  if (isAuthenticated.value) claims.value = await getIdTokenClaims();
});
</script>

<template><p v-if="claims">Hello {{ claims.name ?? claims.sub }}</p></template>` },
];

export const browser = ({ endpoint, appId }: Values): Step[] => [
  { title: 'install', code: 'npm install @logto/browser' },
  { title: 'configure', file: 'src/client.js', code: `import LogtoClient from '@logto/browser';

export const client = new LogtoClient({
  endpoint: '${endpoint}',
  appId: '${appId}',
});` },
  { title: 'callback', file: 'src/callback.js', code: `import { client } from './client.js';

// On the page at /callback.
await client.handleSignInCallback(window.location.href);
window.location.replace('/');` },
  { title: 'buttons', file: 'src/account.js', code: `import { client } from './client.js';

const button = document.createElement('button');
const signedIn = await client.isAuthenticated();
button.textContent = signedIn ? 'Sign out' : 'Sign in';
button.onclick = () => signedIn
  ? client.signOut(${signOut})
  : client.signIn(${signIn});
document.body.append(button);` },
  { title: 'who', file: 'src/hello.js', code: `import { client } from './client.js';

if (await client.isAuthenticated()) {
  const claims = await client.getIdTokenClaims();
  console.log(\`Hello \${claims.name ?? claims.sub}\`);
}` },
];
