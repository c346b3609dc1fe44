// JSON that people type: the line where it stops being JSON.
import { expect, test } from 'vitest';
import { objectFault } from '../src/ui/json-editor.tsx';
import { jsonFault } from '../src/ui/json.ts';

test.each(['{}', ' {"a": [1, -2.5e3, "\\u00e9", true, null, {}]}\n', '"text"', '[]', '0'])('%j is JSON, as JSON.parse has it', (text) => {
  JSON.parse(text);
  expect(jsonFault(text)).toBeUndefined();
});

test.each([
  ['', 1], ['{', 1], ['{\n  "a": 1,\n}', 3], ['{\n  "a" 1\n}', 2], ['{\n  a: 1\n}', 2], ['[1\n2]', 2], ['{"a": 01}', 1], ['{}\n{}', 2],
  ['{"a": "x\ny"}', 1], ['{"a": \'x\'}', 1], ['{"a": "\\x"}', 1], ['nul', 1], ['[1,]', 1],
] as const)('%j is none, from line %i', (text, line) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonFault(text)?.line).toBe(line);
});

test('custom data is an object, nothing else', () => {
  expect(objectFault('{"a": 1}')).toBeUndefined();
  for (const text of ['[]', 'null', '1', '"a"']) expect(objectFault(text)).toContain('JSON object');
  expect(objectFault('{"a": }')).toBe('Line 1: a value is missing');
});
