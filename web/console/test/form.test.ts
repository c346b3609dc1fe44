// What the API refused stands beside the field that it is about.
import { expect, test } from 'vitest';
import { ApiError } from '../src/api/client.ts';
import { faultsOf, filled, needed } from '../src/ui/form.ts';

const values = { name: '', logo: '', brand: '' };
const paths = { logo: 'branding.logoUrl', brand: 'branding' };
const issue = (message: string, ...path: (string | number)[]) => ({ code: 'custom', message, path });
const refused = (...issues: ReturnType<typeof issue>[]) => new ApiError(400, 'guard.invalid_input', 'The body is not right.', issues);

test('an issue goes to the field with its path, the longest that fits', () => {
  expect(faultsOf(refused(issue('no address', 'branding', 'logoUrl'), issue('too long', 'name'), issue('other', 'branding', 'favicon')), values, { paths }))
    .toEqual({ faults: { logo: 'no address', name: 'too long', brand: 'other' }, rest: false });
});

test('an issue of no field is told above the form, as is an error without issues', () => {
  expect(faultsOf(refused(issue('no', 'names')), values, { paths })).toEqual({ faults: {}, rest: true });
  expect(faultsOf(new ApiError(503, 'busy', 'Later.'), values, {})).toEqual({ faults: {}, rest: true });
});

test('an error by its code goes to the field that the form names for it', () => {
  expect(faultsOf(new ApiError(422, 'role.name_in_use', 'Taken.'), values, { codes: { 'role.name_in_use': 'name' } }))
    .toEqual({ faults: { name: 'Taken.' }, rest: false });
});

test('blanks around a text are not sent, nor is an empty one; blanks alone are nothing', () => {
  expect(filled({ name: ' Acme ', description: '  ', on: false, n: 0 })).toEqual({ name: 'Acme', on: false, n: 0 });
  expect(needed({ name: '  ', description: '' }, 'name')).toEqual({ name: 'This is needed.' });
});
