import { CornerUpLeft, X } from 'lucide-react';

import type { Channel, Message } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { IconButton } from '@/ui/button';

import { ContentView, ReceivedView } from './content-view';

/** The message that the next reply quotes. */
export type ReplyTarget = Message;

/** Channels on which an answer can name the message that it answers. */
const quoting = new Set<Channel>(['whatsapp']);

/** Whether a reply on this channel may quote the message: one the person wrote, or one that has reached them (the server has the last word). */
export function mayQuote(message: Message, channel: Channel = message.channel): boolean {
  if (!quoting.has(channel) || channel !== message.channel) return false;
  if (message.revoked_at) return false;
  return message.direction === 'in' || message.status === 'accepted' || message.status === 'delivered' || message.status === 'read';
}

export function ReplyButton({ message, onReply }: { message: Message; onReply: (target: ReplyTarget) => void }) {
  if (!mayQuote(message)) return null;
  return (
    <IconButton
      label={t('composer.quote')}
      className="size-7 shrink-0 opacity-0 group-hover/bubble:opacity-100 focus-visible:opacity-100 [@media(hover:none)]:opacity-60"
      onClick={() => onReply(message)}
    >
      <CornerUpLeft aria-hidden />
    </IconButton>
  );
}

/** Above the text that is being written: what it answers, and the way to leave that out. */
export function ReplyStrip({ target, onDrop }: { target: ReplyTarget; onDrop: () => void }) {
  return (
    <div className="flex items-start gap-2 border-b border-line bg-sunken px-3.5 py-2">
      <CornerUpLeft aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1 text-sm">
        <p className="text-xs text-ink-2">{t(target.direction === 'out' ? 'composer.quoting_us' : 'composer.quoting_them')}</p>
        <div className="max-h-11 overflow-hidden text-ink">{target.content ? <ContentView content={target.content} /> : target.received ? <ReceivedView received={target.received} /> : null}</div>
      </div>
      <IconButton label={t('composer.quote_drop')} className="size-7" onClick={onDrop}>
        <X aria-hidden />
      </IconButton>
    </div>
  );
}
