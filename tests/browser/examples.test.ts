// The examples, in a real browser: the single-page app by @logto/react and the server app by @logto/node.
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { newPerson, type Person } from '../api/support/browser.ts';
import { Build } from '../api/support/build.ts';
import { registerExample } from '../api/support/example.ts';
import { ok } from '../api/support/expect.ts';
import { startServer } from '../api/support/server.ts';
import { open } from './support.ts';

const server = await startServer();
const { api } = server;
const build = new Build(api);

let person: Person, organization: any, scope: any;
beforeAll(async () => {
  person = await newPerson(api, { name: 'Ada Lovelace' });
  [organization, scope] = [await build.organization(), await build.scope()];
  const role = await build.role({ organizationScopeIds: [scope.id] });
  ok(await api.post(`/organizations/${organization.id}/users`, { userIds: [person.id] }), 201);
  ok(await api.post(`/organizations/${organization.id}/users/${person.id}/roles`,
    { organizationRoleIds: [role.id] }), 201);
});

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Username').fill(person.username);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(`Signed in as ${person.username}.`).waitFor();
}

test.each([['single-page-app', 'SPA', 'button'], ['server-app', 'Traditional', 'link']] as const)(
  '%s signs a person in, shows a token for an organization, and signs out', async (name, type, role) => {
    const url = await registerExample(server, name, type, scope.name), page = await open();
    await page.goto(url);
    await page.getByRole(role, { name: 'Sign in' }).click();
    await signIn(page);
    await page.getByRole(role, { name: organization.id }).click();
    const shown = await page.getByText(`urn:logto:organization:${organization.id}`).textContent();
    expect(JSON.parse(shown ?? '')).toMatchObject({ sub: person.id, scope: scope.name });
    if (type === 'Traditional') await page.getByRole('link', { name: 'Back' }).click();
    await page.getByRole(role, { name: 'Sign out' }).click();
    await page.waitForURL(`${url}/`);
    await page.getByRole(role, { name: 'Sign in' }).waitFor();
  });
