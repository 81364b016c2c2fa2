import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Message, Page, ThreadItem } from './api/types';
import { keys } from './keys';
import { connect, patchThread, type Source, withMessage } from './live';
import * as toasts from './toasts';

const message = (id: string, at: string, status: Message['status'] = 'queued') => ({ id, created_at: at, conversation: 'cnv_1', contact: 'ctc_1', direction: 'out', status }) as Message;
const item = (m: Message): ThreadItem => ({ type: 'message', id: m.id, at: m.created_at, message: m });

describe('a thread', () => {
  test('takes a new message at its place, newest first', () => {
    const page: Page<ThreadItem> = { items: [item(message('c', '3')), item(message('a', '1'))] };
    expect(withMessage(page, message('b', '2')).items.map((i) => i.id)).toEqual(['c', 'b', 'a']);
    expect(withMessage(page, message('d', '4')).items.map((i) => i.id)).toEqual(['d', 'c', 'a']);
  });
  test('shows a message once, in its newest state', () => {
    const page: Page<ThreadItem> = { items: [item(message('a', '1'))] };
    const patched = withMessage(page, message('a', '1', 'read'));
    expect(patched.items).toHaveLength(1);
    expect(patched.items[0]?.type === 'message' && patched.items[0].message.status).toBe('read');
  });
  test('replaces a message on the page where it already is', () => {
    const data = { pages: [{ items: [item(message('b', '2'))] }, { items: [item(message('a', '1'))] }], pageParams: [null, 'x'] };
    const patched = patchThread(data, message('a', '1', 'delivered'));
    expect(patched.pages.map((page) => page.items.length)).toEqual([1, 1]);
  });
});

class FakeSource implements Source {
  static last: FakeSource;
  readyState = 1;
  closed = false;
  listeners = new Map<string, ((event: MessageEvent<string>) => void)[]>();
  constructor(readonly url: string) {
    FakeSource.last = this;
  }
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }
  close(): void {
    this.closed = true;
  }
  emit(type: string, data = '', lastEventId = ''): void {
    for (const listener of this.listeners.get(type) ?? []) listener(new MessageEvent(type, { data, lastEventId }));
  }
}

describe('the stream', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('a template that goes no more is told with the journeys and their owners', () => {
    const notify = vi.spyOn(toasts, 'notify').mockImplementation(() => undefined);
    const close = connect(new QueryClient(), (url) => new FakeSource(url));
    const alert = { name: 'order_update', language: 'en', state: 'paused', reason: 'FIRST_PAUSE', journeys: [{ journey: 'notice', owner: 'front_desk' }] };
    FakeSource.last.emit('template', JSON.stringify({ id: 'tpl_1', alerts: [alert] }));
    vi.advanceTimersByTime(2000);
    expect(notify.mock.calls).toEqual([['problem', 'The template order_update (en) goes no more', 'FIRST_PAUSE · notice (front_desk)']]);
    close();
  });

  test('many events about one conversation lead to one refetch of the lists', () => {
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, 'invalidateQueries');
    const close = connect(client, (url) => new FakeSource(url));
    for (let n = 0; n < 50; n++) FakeSource.last.emit('conversation', JSON.stringify({ id: 'cnv_1', status: 'open', unread: n }), String(n));
    vi.advanceTimersByTime(200);
    expect(client.getQueryData(keys.conversation('cnv_1'))).toMatchObject({ unread: 49 });
    expect(invalidate.mock.calls.filter(([filter]) => JSON.stringify(filter?.queryKey) === JSON.stringify(keys.conversations()))).toHaveLength(1);
    close();
    expect(FakeSource.last.closed).toBe(true);
  });

  test('a lagging reader fetches everything anew', () => {
    const client = new QueryClient();
    const invalidate = vi.spyOn(client, 'invalidateQueries');
    const close = connect(client, (url) => new FakeSource(url));
    FakeSource.last.emit('lagged', '{}');
    vi.advanceTimersByTime(200);
    expect(invalidate).toHaveBeenCalledWith();
    close();
  });

  test('after a refusal it reconnects and names the last event it saw', () => {
    const close = connect(new QueryClient(), (url) => new FakeSource(url));
    const first = FakeSource.last;
    first.emit('contact', '{"id":"ctc_1"}', '41');
    first.readyState = 2;
    first.emit('error');
    vi.advanceTimersByTime(2500);
    expect(FakeSource.last).not.toBe(first);
    expect(FakeSource.last.url).toBe('/v1/live?last_event_id=41');
    close();
  });

  test('a broken event harms nothing', () => {
    const close = connect(new QueryClient(), (url) => new FakeSource(url));
    expect(() => FakeSource.last.emit('message', '{')).not.toThrow();
    close();
  });
});
