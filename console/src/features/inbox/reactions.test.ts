import { expect, test } from 'vitest';

import type { Message, ThreadItem } from '@/lib/api/types';

import { reactionsOf } from './reactions';

function item(id: string, more: Partial<Message>, quoted?: string): ThreadItem {
  const message = { id, direction: 'in', status: 'received', ...more } as Message;
  return { type: 'message', id, at: '2026-11-23T10:00:00Z', message, ...(quoted ? { quoted: { id: quoted, direction: 'out', summary: '' } } : {}) };
}
const words = item('msg_1', { direction: 'out', status: 'read', provider_id: 'wamid.1', content: { type: 'text', body: 'See you' } });
const reacts = (id: string, emoji: string | null): ThreadItem => item(id, { received: { type: 'reaction', to: 'wamid.1', emoji } });

test('a reaction stands on its message and not on a line of its own', () => {
  const found = reactionsOf([words, reacts('msg_2', '👍')]);
  expect(found.on.get('msg_1')).toEqual({ in: '👍' });
  expect(found.shown.has('msg_2')).toBe(true);
});

test('a later reaction takes the place of the earlier one, and an empty one takes it back', () => {
  expect(reactionsOf([words, reacts('msg_2', '👍'), reacts('msg_3', '🎉')]).on.get('msg_1')?.in).toBe('🎉');
  expect(reactionsOf([words, reacts('msg_2', '👍'), reacts('msg_3', null)]).on.get('msg_1')?.in).toBeUndefined();
});

test('a reaction to a message that is not loaded stays a line', () => {
  expect(reactionsOf([reacts('msg_2', '👍')]).shown.size).toBe(0);
});

test('the server knows what it is about where the provider id is not known', () => {
  expect(reactionsOf([item('msg_9', {}), item('msg_2', { received: { type: 'reaction', to: 'wamid.unknown', emoji: '👍' } }, 'msg_9')]).on.get('msg_9')).toEqual({ in: '👍' });
});

test('our own reaction that failed is not shown as if it stood there', () => {
  const found = reactionsOf([words, item('msg_2', { direction: 'out', status: 'failed', content: { type: 'reaction', message: 'msg_1', emoji: '👍' } })]);
  expect(found.on.size).toBe(0);
  expect(found.shown.size).toBe(0);
});
