// Reactions belong on their message: the thread's reactions, gathered by the message that they are about.
import type { Message, ThreadItem } from '@/lib/api/types';

export interface Reactions {
  /** Each side's standing reaction, by the message's id. */
  on: Map<string, { in?: string; out?: string }>;
  /** Ids of items that are shown on their message, and not as a line of their own. */
  shown: Set<string>;
}

const failed = new Set<Message['status']>(['failed', 'cancelled', 'expired']);

/** `items` from the oldest to the newest. A reaction to a message that is not loaded stays a line, and so does one that never arrived. */
export function reactionsOf(items: ThreadItem[]): Reactions {
  const on: Reactions['on'] = new Map();
  const shown = new Set<string>();
  const ids = new Map<string, string>();
  for (const item of items) {
    if (item.type !== 'message') continue;
    ids.set(item.message.id, item.message.id);
    if (item.message.provider_id) ids.set(item.message.provider_id, item.message.id);
  }
  for (const item of items) {
    if (item.type !== 'message') continue;
    const { message } = item;
    const said = message.received?.type === 'reaction' ? message.received : message.content?.type === 'reaction' ? message.content : null;
    if (!said || failed.has(message.status)) continue;
    const target = ids.get(item.quoted?.id ?? ('to' in said ? said.to : said.message));
    if (!target) continue;
    on.set(target, { ...on.get(target), [message.direction]: said.emoji || undefined });
    shown.add(item.id);
  }
  return { on, shown };
}
