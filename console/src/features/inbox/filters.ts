// What the address says about the list → what the API is asked for.
import type { Query } from '@/lib/api/client';
import type { Conversation } from '@/lib/api/types';

export type View = 'waiting' | 'mine' | 'open' | 'all' | 'bot' | 'resolved';
export interface InboxFilter {
  view?: View;
  queue?: string;
  q?: string;
}

const statuses: Record<View, string | undefined> = {
  waiting: 'waiting',
  mine: 'open,waiting',
  open: 'open',
  all: undefined,
  bot: 'bot',
  resolved: 'resolved',
};

export const DEFAULT_VIEW: View = 'waiting';

export function toQuery({ view = DEFAULT_VIEW, queue, q }: InboxFilter): Query {
  // A queue shows everything unresolved in it; a search looks everywhere, because the person cannot know where it lies.
  if (q) return { search: q };
  if (queue) return { queue, status: 'waiting,open' };
  return { status: statuses[view], assignee: view === 'mine' ? 'me' : undefined };
}

/** The name a person is shown by: their own, else their address. */
export function displayName(conversation: Pick<Conversation, 'contact_name' | 'address' | 'contact'>): string {
  return conversation.contact_name ?? conversation.address ?? `…${conversation.contact.slice(-6)}`;
}

/** The neighbour in the list; stays at the ends. With nothing selected the first one. */
export function neighbour(ids: string[], current: string | undefined, step: 1 | -1): string | undefined {
  const at = current ? ids.indexOf(current) : -1;
  if (at < 0) return ids[0];
  return ids[Math.max(0, Math.min(ids.length - 1, at + step))];
}
