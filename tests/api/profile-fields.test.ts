// Profile fields of the tenant's own: every type, several at once, their order, and lists that name them.
import { expect, test } from 'vitest';
import { ok, problem } from './support/expect.ts';
import { newTenant } from './support/people.ts';
import { startServer } from './support/server.ts';

const server = await startServer();
const { api } = server;
const path = '/custom-profile-fields';
const make = (body: object) => api.post(path, { required: false, ...body });
const names = async (): Promise<string[]> => ok(await api.get<any[]>(path)).map(({ name }) => name);
const part = (name: string, more: object = {}) => ({ enabled: true, name, type: 'Text', required: false, ...more });

test.each<[object, object]>([
  [{ name: 'text', type: 'Text', label: 'L', description: 'D', config: { placeholder: 'P', minLength: 1, maxLength: 9 } },
    {}],
  [{ name: 'plain', type: 'Text' }, { label: '', description: null, config: {} }],
  [{ name: 'number', type: 'Number', config: { minValue: 0, maxValue: 5, minLength: 3 } },
    { config: { minValue: 0, maxValue: 5 } }],
  [{ name: 'date', type: 'Date', config: { format: 'custom', customFormat: 'yyyy' } }, {}],
  [{ name: 'box', type: 'Checkbox', config: { defaultValue: 'true' } }, {}],
  [{ name: 'choice', type: 'Select', config: { options: [{ value: 'a', label: 'A' }, { value: 'b', more: 1 }] } },
    { config: { options: [{ value: 'a', label: 'A' }, { value: 'b' }] } }],
  [{ name: 'page', type: 'Url', required: true }, { required: true }],
  [{ name: 'pattern', type: 'Regex', config: { format: '^a+$' } }, {}],
  [{ name: 'address', type: 'Address', config: { parts: [part('locality', { config: { maxLength: 3 } })] } }, {}],
  [{ name: 'fullname', type: 'Fullname', config: { parts: [part('givenName')] } }, {}],
  [{ name: 'nickname', type: 'Number' }, {}],
])('a field is made of %j', async (body, more) => {
  const made = ok(await make(body), 201);
  expect(made).toEqual({ tenantId: 'default', id: expect.stringMatching(/^[0-9a-z]{21}$/), label: '',
    description: null, required: false, config: {}, createdAt: expect.any(Number), sieOrder: expect.any(Number),
    ...body, ...more });
  expect(ok(await api.get(`${path}/${made.name}`))).toEqual(made);
  expect((await names()).at(-1)).toBe(made.name);
});

const own = 'custom_profile_fields.';
test.each<[object, number, string]>([
  [{ name: 'x', type: 'Other' }, 400, 'guard.invalid_input'], [{ name: 'x' }, 400, 'guard.invalid_input'],
  [{ type: 'Text' }, 400, 'guard.invalid_input'], [{ name: 'x', type: 'Text', label: '' }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Select' }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Regex' }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Checkbox', required: true, config: { defaultValue: 'true' } }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Text', config: { minLength: -1 } }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Text', config: { maxLength: 1.5 } }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Text', config: { placeholder: 'x'.repeat(257) } }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Regex', config: { format: 'x'.repeat(129) } }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Address', config: { parts: [part('givenName')] } }, 400, 'guard.invalid_input'],
  [{ name: 'x', type: 'Address', config: { parts: [part('locality', { config: { minLength: -1 } })] } }, 400,
    'guard.invalid_input'],
  [{ name: 'x', type: 'Address', config: { parts: [] } }, 400, `${own}invalid_address_components`],
  [{ name: 'x', type: 'Fullname', config: { parts: [] } }, 400, `${own}invalid_fullname_components`],
  [{ name: 'x', type: 'Fullname', config: { parts: [part('givenName', { type: 'Address' })] } }, 400,
    `${own}invalid_sub_component_type`],
  [{ name: 'x', type: 'Text', config: { minLength: 3, maxLength: 2 } }, 400, `${own}invalid_min_max_input`],
  [{ name: 'x', type: 'Number', config: { minValue: 3, maxValue: 2 } }, 400, `${own}invalid_min_max_input`],
  [{ name: 'w-x', type: 'Text' }, 400, `${own}invalid_name`], [{ name: '', type: 'Text' }, 400, `${own}invalid_name`],
  [{ name: 'preferredUsername', type: 'Text' }, 400, `${own}name_conflict_built_in_prop`],
  [{ name: 'guideRequests', type: 'Text' }, 400, `${own}name_conflict_custom_data`],
  ...['username', 'email', 'phone', 'primaryEmail', 'primaryPhone'].map((name): [object, number, string] =>
    [{ name, type: 'Text' }, 400, `${own}name_conflict_sign_in_identifier`]),
  [{ name: 'w'.repeat(129), type: 'Text' }, 422, 'entity.value_too_long'],
  [{ name: 'text', type: 'Url' }, 422, `${own}name_exists`],
])('no field is made of %j', async (body, status, code) => {
  const before = await names();
  problem(await make(body), status, code);
  expect(await names()).toEqual(before);
});

test('a change leaves the config that it does not name, and judges what stands then', async () => {
  const made = ok(await make({ name: 'changing', type: 'Text', label: 'L', config: { minLength: 2 } }), 201);
  const put = (body: object, name = 'changing') => api.put(`${path}/${name}`, { required: false, ...body });
  expect(ok(await put({ type: 'Text', label: 'M' }))).toEqual({ ...made, label: 'M' });
  const page = { ...made, label: 'M', type: 'Url', required: true, config: { placeholder: 'Q' } };
  expect(ok(await put({ type: 'Url', required: true, config: { placeholder: 'Q' } }))).toEqual(page);
  problem(await put({ type: 'Checkbox' }), 400, `${own}invalid_default_value`);
  problem(await put({ type: 'Checkbox', config: {} }), 400, 'guard.invalid_input');
  problem(await put({ type: 'Select', config: { options: [] } }), 400, `${own}invalid_options`);
  problem(await put({ type: 'Regex', config: { format: '(' } }), 400, `${own}invalid_regex_format`);
  problem(await put({ type: 'Other' }), 400, 'guard.invalid_input');
  problem(await put({ type: 'Text' }, 'nothing'), 404, 'entity.not_exists');
  expect(ok(await api.get(`${path}/changing`))).toEqual(page);
});

test('several are made at once, or none', async () => {
  const fields = (...all: string[]) => all.map((name) => ({ name, type: 'Text', required: false }));
  const batch = (body: unknown) => api.post(`${path}/batch`, body as object);
  expect(ok(await batch([]), 201)).toEqual([]);
  expect(ok(await batch(fields('one', 'two')), 201)).toMatchObject([{ name: 'one' }, { name: 'two' }]);
  problem(await batch(fields('three', 'one')), 422, `${own}name_exists`);
  problem(await batch(fields('three', 'w-x')), 400, `${own}invalid_name`);
  problem(await batch([...fields('three'), { name: 'four' }]), 400, 'guard.invalid_input');
  problem(await batch(fields(...Array.from({ length: 21 }, (_, i) => `m${i}`))), 400, 'guard.invalid_input');
  problem(await batch({}), 400, 'guard.invalid_input');
  problem(await api.get(`${path}/three`), 404, 'entity.not_found');
});

test('their order is changed by name', async () => {
  const order = (...list: object[]) => api.post(`${path}/properties/sie-order`, { order: list });
  expect(ok(await order({ name: 'two', sieOrder: 901 }, { name: 'one', sieOrder: 902 })))
    .toMatchObject([{ name: 'two', sieOrder: 901 }, { name: 'one', sieOrder: 902 }]);
  expect((await names()).slice(-2)).toEqual(['two', 'one']);
  problem(await order(), 422, 'entity.invalid_input');
  problem(await order({ name: 'one', sieOrder: 1.5 }), 422, 'entity.invalid_input');
  expect(problem(await order({ name: 'one', sieOrder: 1 }, { name: 'one', sieOrder: 2 }), 400,
    'request.invalid_input').data).toEqual({ duplicateNames: ['one'] });
  problem(await order({ name: 'one', sieOrder: 1 }, { name: 'nothing', sieOrder: 2 }), 400,
    `${own}entity_not_exists_with_names`);
  expect((await names()).slice(-2)).toEqual(['two', 'one']);
  expect(ok(await make({ name: 'last', type: 'Text' }), 201).sieOrder).toBe(903);
});

test('a field that is deleted leaves the account center too', async () => {
  const listed = [{ name: 'two' }, { name: 'nothing' }, { name: 'one' }];
  expect(ok(await api.patch('/account-center', { profileFields: listed })).profileFields)
    .toEqual([{ name: 'two' }, { name: 'one' }]);
  ok(await api.delete(`${path}/two`), 204);
  expect(ok(await api.get('/account-center')).profileFields).toEqual([{ name: 'one' }]);
  problem(await api.delete(`${path}/two`), 404, 'entity.not_found');
});

test('each tenant has its own', async () => {
  const other = await newTenant(server, 'other');
  expect(ok(await other.api.get(path))).toEqual([]);
  ok(await other.api.post(path, { name: 'one', type: 'Number', required: true }), 201);
  expect(ok(await other.api.patch('/account-center', { profileFields: [{ name: 'text' }] })).profileFields).toEqual([]);
  ok(await other.api.delete(`${path}/one`), 204);
  expect(await names()).toContain('one');
});
