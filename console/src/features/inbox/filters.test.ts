import { expect, test } from 'vitest';

import { displayName, neighbour, toQuery } from './filters';

test('each view asks for what it shows', () => {
  expect(toQuery({})).toEqual({ status: 'waiting', assignee: undefined });
  expect(toQuery({ view: 'mine' })).toEqual({ status: 'open,waiting', assignee: 'me' });
  expect(toQuery({ view: 'all' }).status).toBeUndefined();
  expect(toQuery({ queue: 'billing' })).toEqual({ queue: 'billing', status: 'waiting,open' });
});

test('a search looks everywhere', () => {
  expect(toQuery({ view: 'mine', queue: 'billing', q: '017' })).toEqual({ search: '017' });
});

test('moving stops at the ends and begins at the top', () => {
  expect(neighbour(['a', 'b'], undefined, 1)).toBe('a');
  expect(neighbour(['a', 'b'], 'a', 1)).toBe('b');
  expect(neighbour(['a', 'b'], 'b', 1)).toBe('b');
  expect(neighbour(['a', 'b'], 'a', -1)).toBe('a');
  expect(neighbour(['a', 'b'], 'gone', 1)).toBe('a');
  expect(neighbour([], undefined, 1)).toBeUndefined();
});

test('people without a name are shown by their address', () => {
  expect(displayName({ contact_name: null, address: '+12025550123', contact: 'ctc_123456789' })).toBe('+12025550123');
  expect(displayName({ contact_name: null, contact: 'ctc_123456789' })).toBe('…456789');
});
