import { describe, expect, test } from 'vitest';

import { ApiError } from '@/lib/api/client';
import type { ComposerChannel } from '@/lib/api/types';

import { conflictOf, mayWrite, pickChannel, windowState } from './composer-state';

const closing = Date.parse('2026-11-22T12:00:00Z');
const channel = (more: Partial<ComposerChannel> = {}): ComposerChannel => ({
  channel: 'whatsapp',
  sender: 'snd_1',
  sender_name: 'Clinic',
  address: { kind: 'phone', value: '+12025550123' },
  window: { open: true, closes_at: '2026-11-22T12:00:00Z' },
  free_form: { allowed: true },
  typing: false, templates: [],
  ...more,
});

describe('the window', () => {
  test('a99_closes_on_the_clock_even_if_the_server_said_open', () => {
    expect(mayWrite(channel(), closing - 1)).toBe(true);
    expect(windowState(channel(), closing)).toEqual({ kind: 'closed' });
    expect(mayWrite(channel(), closing)).toBe(false);
  });
  test('does not exist on channels without one', () => {
    const sms = channel({ channel: 'sms', window: null });
    expect(windowState(sms, closing)).toEqual({ kind: 'none' });
    expect(mayWrite(sms, closing + 1)).toBe(true);
  });
  test('helps nobody who is blocked', () => {
    expect(mayWrite(channel({ blocked_reason: 'wrote STOP' }), closing - 1)).toBe(false);
  });
});

describe('the channel to answer on', () => {
  const sms = channel({ channel: 'sms', window: null });
  test('is the one they wrote on', () => {
    expect(pickChannel([channel(), sms], 'sms')).toBe(1);
  });
  test('is another when theirs cannot be used', () => {
    expect(pickChannel([channel({ blocked_reason: 'gone' }), sms], 'whatsapp')).toBe(1);
    expect(pickChannel([channel({ free_form: { allowed: false } }), sms], 'whatsapp')).toBe(1);
  });
});

describe('a97_a_conflict', () => {
  test('is told apart from other refusals, with what is newer', () => {
    const newer = [{ type: 'note', id: 'x' }];
    expect(conflictOf(new ApiError({ title: 'x', status: 409, code: 'newer_message', newer } as never))).toEqual(newer);
    expect(conflictOf(new ApiError({ title: 'x', status: 409, code: 'not_sent' }))).toBeNull();
    expect(conflictOf(new Error('x'))).toBeNull();
  });
});
