// Runs behind all other files (vitest.config.ts) and knows what they called. Alone it fails: nobody called anything.
import { expect, test } from 'vitest';
import { ApiDocument, calledRoutes } from './support/document.ts';
import { send } from './support/client.ts';
import { ok } from './support/expect.ts';
import { startServer } from './support/server.ts';

// Nothing can be set up for these yet; a route that begins to work leaves this list.
const waiting = [
  'GET /api/systems/application',
  'GET /api/applications/{id}/protected-app-metadata/custom-domains',
  'POST /api/applications/{id}/protected-app-metadata/custom-domains',
  'POST /api/sign-in-exp/default/custom-ui-assets',
  'POST /api/domains',
  'POST /api/domains/cleanup',
  'GET /api/domains/{id}',
  'DELETE /api/domains/{id}',
  'GET /api/configs/jwt-customizer/{tokenTypePath}',
  'PUT /api/configs/jwt-customizer/{tokenTypePath}',
  'PATCH /api/configs/jwt-customizer/{tokenTypePath}',
  'DELETE /api/configs/jwt-customizer/{tokenTypePath}',
  'GET /api/configs/oidc/{keyType}',
];

const called = calledRoutes();
const server = await startServer();
const document = new ApiDocument(ok(await send('GET', `${server.base}/api/swagger.json`)));

test('every route of the API document was called in this run, and did what it is for', () => {
  expect(document.keys.filter((key) => !called.has(key))).toEqual(waiting);
});
