// Mixed load for minutes, and what memory it leaves. Started by bench/soak.
import { readFileSync } from 'node:fs';
import { send } from '../tests/api/support/client.ts';

const minutes = Number(process.argv[2]);
const { GUILDHALL_BASE: base = '', GUILDHALL_ID: id = '', GUILDHALL_SECRET: secret = '', GUILDHALL_PID: pid = '' } =
  process.env;
if (!(minutes > 0 && minutes <= 24 * 60) || !base) { console.error('usage: bench/soak [MINUTES], 1 to 1440'); process.exit(2); }

const workers = 16;
const until = Date.now() + minutes * 60_000;
const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
let requests = 0, unexpected = 0;

const call = async (status: number, method: string, path: string, body?: unknown,
  headers: Record<string, string> = {}) => {
  const answer = await send(method, base + path, { body, headers });
  requests++;
  if (answer.status !== status && unexpected++ < 5)
    console.error(`${method} ${path}: ${answer.status}, not ${status}: ${answer.text.slice(0, 200)}`);
  return answer.body;
};
const token = async (parameters: Record<string, string>) =>
  (await call(200, 'POST', '/oidc/token', new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
    { authorization: basic })).access_token as string;

/**
 * What a caller's day looks like: make, join, give roles, ask for tokens, look, search, be refused, take it all away.
 */
async function round(n: number): Promise<void> {
  const authorization = { authorization: `Bearer ${await token({ resource: 'https://default.logto.app/api', scope: 'all' })}` };
  const api = (status: number, method: string, path: string, body?: unknown) =>
    call(status, method, `/api${path}`, body, authorization);
  const word = `w${n}x${Math.random().toString(36).slice(2)}`;
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

const resident = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

async function work(n: number): Promise<void> {
  while (Date.now() < until) await round(n);
}

const start = Date.now();
let warm = 0;
const watch = setInterval(() => {
  const mb = resident();
  if (!warm && Date.now() - start > minutes * 60_000 * 0.2) warm = mb;
  console.log(`${Math.round((Date.now() - start) / 1000)} s, ${requests} requests, ${unexpected} unexpected, ${mb.toFixed(1)} MB`);
}, Math.min(10_000, minutes * 6_000));
await Promise.all(Array.from({ length: workers }, (_, n) => work(n)));
clearInterval(watch);
const end = resident();
const kept = end <= warm * 1.2 + 4;
console.log(`${requests} requests, ${unexpected} unexpected; ${warm.toFixed(1)} MB warm, ${end.toFixed(1)} MB at the end${kept ? '' : ': it grew'}`);
process.exit(unexpected || !kept ? 1 : 0);
