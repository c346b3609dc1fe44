// Serves the single-page app where BASE_URL says; ENDPOINT, APP_ID and SCOPES are put into it.
import { defineConfig } from 'vite';

const { ENDPOINT = 'http://localhost:3001', APP_ID = '', SCOPES = '',
  BASE_URL = 'http://localhost:3200' } = process.env;
if (!APP_ID) throw new Error('APP_ID names an application of type SPA');

export default defineConfig({
  root: import.meta.dirname,
  define: { ENDPOINT: JSON.stringify(ENDPOINT), APP_ID: JSON.stringify(APP_ID),
    SCOPES: JSON.stringify(SCOPES.split(' ').filter(Boolean)) },
  oxc: { jsx: { runtime: 'automatic' } },
  server: { host: 'localhost', port: Number(new URL(BASE_URL).port), strictPort: true },
});
