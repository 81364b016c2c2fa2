import { expect, test } from 'vitest';

import { answer } from './install';

test('the mock answers the API and leaves everything else alone', () => {
  expect(answer('GET', '/v1/conversations?status=waiting', null)?.status).toBe(200);
  expect(answer('GET', '/assets/x.js', null)).toBeNull();
  expect(answer('GET', '/v1/nothing', null)?.status).toBe(404);
});

test('counts agree with the lists', () => {
  const counts = answer('GET', '/v1/conversation_counts', null)?.body as { waiting: number };
  const list = answer('GET', '/v1/conversations?status=waiting', null)?.body as { items: unknown[] };
  expect(list.items).toHaveLength(counts.waiting);
});
