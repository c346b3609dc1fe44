// The pure parts of users and of the audit log.
import { expect, test } from 'vitest';
import { eventGroups, eventTitle } from '../src/logs/events.ts';
import { asLocal, beginning, periodOf, timeOf } from '../src/logs/period.ts';
import { digits, identifierFaults } from '../src/users/identifiers.ts';
import { displayName, secondName } from '../src/users/name.ts';
import { generatePassword } from '../src/users/password.ts';
import { fromAddress, readPattern, toAddress, toQuery, type Search } from '../src/users/search.ts';

const nobody = { name: null, primaryEmail: null, primaryPhone: null, username: null };

/** The search as it comes back from the address. */
function again(search: Search): Search {
  const address = toAddress(search);
  return fromAddress((name) => address[name] ?? '');
}

test('people are called by the first of name, mail address, phone and user name that they have', () => {
  expect(displayName({ ...nobody, name: 'Ada', username: 'ada' })).toBe('Ada');
  expect(secondName({ ...nobody, name: 'Ada', username: 'ada' })).toBe('ada');
  expect(displayName({ ...nobody, primaryPhone: '4930123456' })).toBe('+4930123456');
  expect([displayName(nobody), secondName(nobody)]).toEqual(['Unnamed', undefined]);
});

test('a search goes into the address by the names that the API has, and comes back the same', () => {
  const search: Search = { joint: 'and', isCaseSensitive: false, conditions: [
    { field: 'name', mode: 'contains', values: ['100%_\\ off'] }, { field: 'primaryEmail', mode: 'exact', values: ['a@a.example', 'b@b.example'] },
    { field: 'username', mode: 'posix', values: ['^a.*$'] }] };
  expect(toAddress(search)).toMatchObject({ 'search.name': '%100\\%\\_\\\\ off%', 'mode.name': undefined, 'search.primaryEmail': 'a@a.example\nb@b.example',
    'mode.primaryEmail': 'exact', 'mode.username': 'posix', joint: 'and', isCaseSensitive: undefined, 'search.id': undefined });
  expect(again(search)).toEqual(search);
  expect(toQuery(search)).toEqual({ 'search.name': '%100\\%\\_\\\\ off%', 'search.primaryEmail': ['a@a.example', 'b@b.example'], 'mode.primaryEmail': 'exact',
    'search.username': '^a.*$', 'mode.username': 'posix', joint: 'and' });
});

test('a pattern is told in words only if it is nothing more', () => {
  expect(['%a%', 'a%', '%a', 'a', '%', '%a_b%', 'a%b', '%50\\%%'].map(readPattern)).toEqual([
    { mode: 'contains', value: 'a' }, { mode: 'begins', value: 'a' }, { mode: 'ends', value: 'a' }, { mode: 'like', value: 'a' }, { mode: 'like', value: '%' },
    { mode: 'like', value: '%a_b%' }, { mode: 'like', value: 'a%b' }, { mode: 'contains', value: '50%' }]);
});

test('SIMILAR TO always asks for letter case, which the API needs', () => {
  const search = again({ joint: 'or', isCaseSensitive: false, conditions: [{ field: 'name', mode: 'similar_to', values: ['(a|b)%'] }] });
  expect([search.isCaseSensitive, toQuery(search)['isCaseSensitive']]).toEqual([true, 'true']);
});

test('an address that is no search of ours finds everybody', () => {
  const odd: Record<string, string> = { 'search.password': 'x', 'mode.name': 'exact', joint: 'xor', isCaseSensitive: 'maybe' };
  expect(toQuery(fromAddress((name) => odd[name] ?? ''))).toEqual({});
});

test('what no user could have is told before it is sent, and only digits of a phone are', () => {
  expect(identifierFaults({ primaryEmail: 'a@b', primaryPhone: 'call me', username: '1a' }))
    .toEqual({ primaryEmail: expect.any(String), primaryPhone: expect.any(String), username: expect.any(String) });
  expect(identifierFaults({ primaryEmail: 'a@b.example', primaryPhone: '+49 (30) 123-456', username: '_a1' })).toEqual({});
  expect(identifierFaults({ primaryEmail: '', primaryPhone: '', username: '' })).toEqual({});
  expect(digits('+49 (30) 123-456')).toBe('4930123456');
});

test('a generated password is long, of every kind of letter, and never the same', () => {
  const made = Array.from({ length: 200 }, generatePassword);
  for (const one of made) expect(one).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[2-9])(?=.*[-_!+%@])[\w!+%@-]{16}$/);
  expect(made.join('')).not.toMatch(/[0O1lI]/);
  expect(new Set(made).size).toBe(200);
});

test('every event that can be filtered by has a title of its own', () => {
  const keys = eventGroups().flatMap((group) => group.keys);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.map(eventTitle).filter((title) => !title || /undefined|[a-z][A-Z]/.test(title.replace(/SAML|SMS/g, '')))).toEqual([]);
  expect(new Set(keys.map(eventTitle)).size).toBeGreaterThan(keys.length - 30);
});

test('an event is told in words, also one that nobody has written a word for', () => {
  expect(['Interaction.SignIn.Verification.Password.Submit', 'ExchangeTokenBy.RefreshToken', 'Interaction.Register.BindMfa.Totp.Submit', 'TriggerHook.User.Created',
    'Interaction.SignIn.Verification.NewKind.Create', 'constructor', ''].map(eventTitle)).toEqual(['Sign-in: password verified', 'Token for a refresh token',
    'Registration: second factor authenticator app submitted', 'Trigger hook user created', 'Sign-in: new kind asked for', 'Constructor', '']);
});

test('hours begin to the millisecond, days at the beginning of one', () => {
  const now = new Date(2026, 2, 31, 15, 30).getTime();
  expect(beginning('1h', now)).toBe(now - 3_600_000);
  expect(beginning('24h', now)).toBe(now - 86_400_000);
  expect(beginning('7d', now)).toBe(new Date(2026, 2, 24).getTime());
  expect(beginning('30d', now)).toBe(new Date(2026, 2, 1).getTime());
  expect(beginning('range', now)).toBeUndefined();
  expect([periodOf('x'), periodOf(''), periodOf('1h')]).toEqual(['7d', '7d', '1h']);
});

test('a time of the address is shown in a field, and anything else is no time', () => {
  const at = new Date(2026, 0, 5, 9, 7).getTime();
  expect(asLocal(timeOf(String(at)))).toBe('2026-01-05T09:07');
  expect([timeOf('x'), timeOf(''), timeOf('-1'), asLocal(undefined), asLocal(NaN)]).toEqual([undefined, undefined, undefined, '', '']);
});
