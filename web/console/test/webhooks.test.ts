// What the forms of webhooks make of the API's members, and back.
import { expect, test } from 'vitest';
import { finder, type Hook, type HookEvent } from '../src/webhooks/api.ts';
import { foundBy } from '../src/frame/palette.tsx';
import { responseOf } from '../src/webhooks/deliveries.tsx';
import { allEvents, configOf, eventsOf, eventTitle, headerFault, hookFaults, hookValues, percent, successRate } from '../src/webhooks/values.ts';

const hook = (more: object = {}) => ({ id: 'h', name: 'Acme', event: null, events: ['User.Created'], enabled: true, signingKey: 'k', createdAt: 1, tenantId: 'default',
  config: { url: 'https://acme.example/hook' }, ...more }) as Hook;

test('a webhook becomes fields and is the same again; what no field shows stays, and headers that are empty are not there', () => {
  const config = { url: 'https://a.example', headers: { 'X-Key': 'a b', y: '1' }, retries: 2 } as Hook['config'], values = hookValues(hook({ config }));
  expect(values.headers).toEqual([{ name: 'X-Key', value: 'a b' }, { name: 'y', value: '1' }]);
  expect(configOf(values, config)).toEqual(config);
  expect(configOf({ url: ' https://b.example ', headers: [{ name: ' ', value: '' }] }, config)).toEqual({ url: 'https://b.example', retries: 2 });
  expect(configOf({ url: 'x', headers: [{ name: '__proto__', value: 'v' }] })).toEqual(JSON.parse('{"url":"x","headers":{"__proto__":"v"}}'));
});

test('the single event of an old webhook counts only while its list is empty', () => {
  expect([eventsOf(hook({ events: [], event: 'PostSignIn' })), eventsOf(hook({ event: 'PostSignIn' })), eventsOf(hook({ events: [] }))]).toEqual([['PostSignIn'], ['User.Created'], []]);
});

test('every event has a title and stands in one group; an unknown one is called by its name', () => {
  expect(new Set(allEvents).size).toBe(allEvents.length);
  expect(allEvents.filter((one) => eventTitle(one) === one)).toEqual([]);
  expect([eventTitle('Made.Up'), eventTitle('constructor')]).toEqual(['Made.Up', 'constructor']);
});

test('a header needs both parts, a name that HTTP knows, and stands once in whatever case', () => {
  const fault = (...of: [string, string][]) => headerFault(of.map(([name, value]) => ({ name, value })), of.length - 1) !== undefined;
  expect([['x-a', 'b'], ['', ''], ["!#$%&'*+.^_`|~9Z", 'ü']].map(([name, value]) => fault([name!, value!]))).toEqual([false, false, false]);
  expect([['x', ''], ['', 'x'], ['a b', 'x'], ['a:', 'x'], ['é', 'x'], ['x', 'a\u0001'], ['x', '日']].map(([name, value]) => fault([name!, value!]))).not.toContain(false);
  expect([fault(['X-A', '1'], ['x-a', '2']), fault(['x-a', '1'], ['x-b', '2'])]).toEqual([true, false]);
});

test('a webhook needs a name, an address of the web and an event', () => {
  const faults = (more: object) => Object.keys(hookFaults({ name: 'a', url: 'https://a.example', events: ['PostSignIn'] as HookEvent[], headers: [], ...more }));
  expect([faults({}), faults({ name: ' ' }), faults({ url: '' }), faults({ url: 'javascript:alert(1)' }), faults({ events: [] }), faults({ headers: [{ name: 'x', value: '' }] })])
    .toEqual([[], ['name'], ['url'], ['url'], ['events'], ['headers']]);
});

test('one failure of many is not a hundred percent, and of nothing there is no rate', () => {
  const rate = (successCount: number, requestCount: number) => successRate(hook({ executionStats: { successCount, requestCount } }));
  expect([rate(0, 0), successRate(hook()), percent(rate(9999, 10_000)!), percent(rate(2, 3)!), percent(rate(3, 3)!)]).toEqual([undefined, undefined, '99.9%', '66.6%', '100%']);
});

test('of a request it is known what came back, or that nothing did', () => {
  const noted = (payload: Record<string, unknown>) => responseOf({ key: 'TriggerHook.PostSignIn', payload } as never);
  expect([noted({ response: { statusCode: 500, body: 'x' } }), noted({ error: 'TypeError: fetch failed' }), noted({ response: 'x' })])
    .toEqual([{ statusCode: 500, body: 'x' }, undefined, undefined]);
});

test('of a list that comes whole, Ctrl-K finds those whose name or address has the word', () => {
  const rows = [hook(), hook({ name: '', config: { url: 'https://other.example' } })];
  expect([foundBy(finder, rows, 'ACME').length, foundBy(finder, rows, 'other').map(({ title }) => title), foundBy(finder, rows, 'nowhere')]).toEqual([1, ['Unnamed'], []]);
});
