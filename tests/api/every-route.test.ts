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
  'DELETE /api/applications/{id}/protected-app-metadata/custom-domains/{domain}',
  'POST /api/sign-in-exp/default/custom-ui-assets',
  'POST /api/domains',
  'POST /api/domains/cleanup',
  'GET /api/domains/{id}',
  'DELETE /api/domains/{id}',
  'GET /api/domains/{id}/verification-files',
  'PUT /api/domains/{id}/verification-files',
  'DELETE /api/secrets/{id}',
  'POST /api/configs/jwt-customizer/test',
  'GET /api/configs/jwt-customizer/{tokenTypePath}',
  'PUT /api/configs/jwt-customizer/{tokenTypePath}',
  'PATCH /api/configs/jwt-customizer/{tokenTypePath}',
  'DELETE /api/configs/jwt-customizer/{tokenTypePath}',
  'POST /api/configs/actions/test',
  'GET /api/configs/actions/{actionType}',
  'PUT /api/configs/actions/{actionType}',
  'PATCH /api/configs/actions/{actionType}',
  'DELETE /api/configs/actions/{actionType}',
  'GET /api/configs/oidc/{keyType}',
];

const called = calledRoutes();
const server = await startServer();
const document = new ApiDocument(ok(await send('GET', `${server.base}/api/swagger.json`)));

test('every route of the API document was called in this run, and did what it is for', () => {
  expect(document.keys.filter((key) => !called.has(key))).toEqual(waiting);
});
