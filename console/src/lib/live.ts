// Live updates: one event stream that patches the query cache. The browser reconnects by itself and names the last event
// it saw; after a refusal (a restart, a proxy) we reconnect with growing gaps and pass the last id in the address.
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';

import type { Conversation, Message, Page, ThreadItem } from './api/types';
import { t } from './i18n';
import { keys } from './keys';
import { notify } from './toasts';

export type LiveState = 'connecting' | 'live' | 'offline';

let state: LiveState = 'connecting';
const listeners = new Set<() => void>();

function set(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** Puts a message into a thread (newest first), or replaces the older picture of it. */
export function withMessage(page: Page<ThreadItem>, message: Message): Page<ThreadItem> {
  const item: ThreadItem = { type: 'message', id: message.id, at: message.created_at, message };
  const index = page.items.findIndex((known) => known.id === message.id);
  if (index >= 0) return { ...page, items: page.items.with(index, { ...item, at: page.items[index]?.at ?? item.at }) };
  const items = [...page.items];
  const place = items.findIndex((known) => known.at <= item.at);
  items.splice(place < 0 ? items.length : place, 0, item);
  return { ...page, items };
}

/** Only the first page takes new messages; on the others a known one is replaced. */
export function patchThread(data: InfiniteData<Page<ThreadItem>>, message: Message): InfiniteData<Page<ThreadItem>> {
  const known = data.pages.findIndex((page) => page.items.some((item) => item.id === message.id));
  const target = known >= 0 ? known : 0;
  return { ...data, pages: data.pages.map((page, index) => (index === target ? withMessage(page, message) : page)) };
}

function onMessage(client: QueryClient, message: Message): void {
  client.setQueryData<InfiniteData<Page<ThreadItem>>>(keys.thread(message.conversation), (data) => data && patchThread(data, message));
  void client.invalidateQueries({ queryKey: keys.contactMessages(message.contact) });
  if (message.direction === 'in') void client.invalidateQueries({ queryKey: keys.composer(message.conversation) });
}

function onConversation(client: QueryClient, conversation: Conversation): void {
  const before = client.getQueryData<Conversation>(keys.conversation(conversation.id));
  client.setQueryData(keys.conversation(conversation.id), conversation);
  // Which lists it belongs to now is the server's knowledge: they are asked again, in the background.
  void client.invalidateQueries({ queryKey: keys.conversations() });
  void client.invalidateQueries({ queryKey: keys.counts() });
  if (before && (before.status !== conversation.status || before.case?.assignee !== conversation.case?.assignee)) {
    void client.invalidateQueries({ queryKey: keys.thread(conversation.id) });
  }
}

interface TemplateAlert {
  name: string;
  language: string;
  reason?: string;
  journeys: { journey: string; owner: string }[];
}

/** A template that goes no more is told to everybody who is there, with the journeys that take their fallbacks from now on. */
function onTemplate(client: QueryClient, data: { alerts?: TemplateAlert[] }): void {
  void client.invalidateQueries({ queryKey: keys.templates() });
  for (const { name, language, reason, journeys } of data.alerts ?? []) {
    const owners = journeys.map((one) => `${one.journey} (${one.owner})`).join(', ');
    notify('problem', t('templates.stopped', { name, language }), [reason, owners].filter(Boolean).join(' · '));
  }
}

type Handlers = Record<string, (client: QueryClient, data: never) => void>;

const handlers: Handlers = {
  message: onMessage,
  conversation: onConversation,
  contact: (client, data: { id: string }) => void client.invalidateQueries({ queryKey: keys.contact(data.id) }),
  journey: (client) => void client.invalidateQueries({ queryKey: keys.journeys() }),
  broadcast: (client) => void client.invalidateQueries({ queryKey: keys.broadcasts() }),
  template: onTemplate,
  lagged: (client) => void client.invalidateQueries(),
};

/** The first event is shown at once; while more keep coming, lists are asked again about once a second. */
const SOON_MS = 120;
const BUSY_MS = 900;

/** Many events in one breath lead to one refetch of each list and not to hundreds. */
function gather(client: QueryClient): (kind: string, data: unknown) => void {
  const waiting = new Map<string, { kind: string; data: unknown }>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastFlush = 0;
  return (kind, data) => {
    const id = typeof data === 'object' && data !== null ? String((data as { id?: unknown; name?: unknown }).id ?? (data as { name?: unknown }).name ?? '') : '';
    waiting.set(`${kind}:${id}`, { kind, data });
    timer ??= setTimeout(() => {
      timer = undefined;
      lastFlush = Date.now();
      const batch = [...waiting.values()];
      waiting.clear();
      for (const event of batch) handlers[event.kind]?.(client, event.data as never);
    }, Date.now() - lastFlush < BUSY_MS ? BUSY_MS : SOON_MS);
  };
}

export interface Source {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
  readonly readyState: number;
}

/** Opens the stream; the answer closes it. */
export function connect(client: QueryClient, open: (url: string) => Source = (url) => new EventSource(url)): () => void {
  const take = gather(client);
  let source: Source | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let lastId = '';
  let failures = 0;
  let closed = false;
  let interrupted = false;

  const start = (): void => {
    if (closed) return;
    const stream = open(lastId ? `/v1/live?last_event_id=${encodeURIComponent(lastId)}` : '/v1/live');
    source = stream;
    stream.addEventListener('open', () => {
      failures = 0;
      set('live');
      if (interrupted && !lastId) void client.invalidateQueries();
      interrupted = false;
    });
    for (const kind of Object.keys(handlers)) {
      stream.addEventListener(kind, (event) => {
        if (event.lastEventId) lastId = event.lastEventId;
        try {
          take(kind, JSON.parse(event.data || '{}'));
        } catch {
          // A broken event says nothing; the next refetch repairs what it would have said.
        }
      });
    }
    stream.addEventListener('error', () => {
      interrupted = true;
      set(failures++ === 0 && stream.readyState !== 2 ? 'connecting' : 'offline');
      if (stream.readyState === 2) {
        stream.close();
        retry = setTimeout(start, Math.min(30_000, 1000 * 2 ** Math.min(failures, 5)));
      }
    });
  };
  start();
  return () => {
    closed = true;
    clearTimeout(retry);
    source?.close();
  };
}
