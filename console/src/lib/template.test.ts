import { expect, test } from 'vitest';

import { faultOf, initialValues, pieces } from './template';

test('slots are filled, and missing ones are named and marked', () => {
  expect(pieces('Hello {{first_name}}, at {{ time }}.', { first_name: 'A' })).toEqual([
    { text: 'Hello ' },
    { text: 'A', slot: 'first_name' },
    { text: ', at ' },
    { text: 'time', slot: 'time', missing: true },
    { text: '.' },
  ]);
});

test('known values come before fallbacks', () => {
  const base = { kind: 'text' as const, sample: 'x', max_length: null };
  expect(initialValues([{ ...base, name: 'a', value: 'known', fallback: 'else' }, { ...base, name: 'b', value: null, fallback: 'else' }, { ...base, name: 'c' }])).toEqual({ a: 'known', b: 'else', c: '' });
});

test('values that the provider refuses are told apart', () => {
  const variable = { name: 'a', kind: 'text' as const, sample: 'x', max_length: 5 };
  expect(faultOf(variable, '  ')).toBe('missing');
  expect(faultOf(variable, 'abcdef')).toBe('too_long');
  expect(faultOf(variable, 'a\nb')).toBe('line_break');
  expect(faultOf({ ...variable, max_length: null }, 'a     b')).toBe('line_break');
  expect(faultOf(variable, 'abc')).toBeNull();
});
