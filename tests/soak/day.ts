// What a caller's day looks like: make, join, give roles, ask for tokens, look, search, be refused, take it all away.
export interface Credentials {
  id: string;
  secret: string;
}

/** Makes a request, sees to it that the answer has this status, and gives its body. */
export type Call = (status: number, method: string, path: string, body?: unknown,
  headers?: Record<string, string>) => Promise<any>;

export async function day(call: Call, { id, secret }: Credentials, word: string): Promise<void> {
  const basic = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
  const token = async (parameters: Record<string, string>): Promise<string> =>
    (await call(200, 'POST', '/oidc/token', new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
      basic)).access_token;
  const bearer = { authorization: `Bearer ${await token({ resource: 'https://default.logto.app/api', scope: 'all' })}` };
  const api = (status: number, method: string, path: string, body?: unknown) =>
    call(status, method, `/api${path}`, body, bearer);

  const organization = await api(201, 'POST', '/organizations',
    { name: `Soak ${word}`, customData: { list: Array.from({ length: 50 }, (_, i) => i) } });
  const scope = await api(201, 'POST', '/organization-scopes', { name: word });
  const role = await api(201, 'POST', '/organization-roles',
    { name: word, type: 'MachineToMachine', organizationScopeIds: [scope.id] });
  const user = await api(200, 'POST', '/users', { username: word, primaryEmail: `${word}@example.com` });
  await api(201, 'POST', `/organizations/${organization.id}/users`, { userIds: [user.id] });
  await api(201, 'POST', `/organizations/${organization.id}/applications`, { applicationIds: [id] });
  await api(201, 'POST', `/organizations/${organization.id}/applications/${id}/roles`,
    { organizationRoleIds: [role.id] });
  await token({ organization_id: organization.id, scope: word });
  for (const path of [`/organizations?q=${word}`, `/organizations/${organization.id}`,
    `/organizations/${organization.id}/users`, `/users?search=%25${word}%25`, '/applications'])
    await api(200, 'GET', path);
  await api(422, 'POST', '/organization-roles', { name: word });
  await api(400, 'POST', '/organizations', { name: 1 });
  await api(404, 'GET', '/organizations/nope');
  for (const path of [`/organizations/${organization.id}`, `/organization-roles/${role.id}`,
    `/organization-scopes/${scope.id}`, `/users/${user.id}`]) await api(204, 'DELETE', path);
}
