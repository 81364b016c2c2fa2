import { SmilePlus } from 'lucide-react';

import type { Message } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { tell } from '@/lib/problems';
import { Menu } from '@/ui/menu';

import { useReply } from './queries';

const emojis = ['👍', '❤️', '😂', '🙏', '🎉', '✅'];

/** Answers a message with an emoji on it. It goes through the gate as every reply does. */
export function ReactButton({ message, ours }: { message: Message; ours?: string }) {
  const reply = useReply(message.conversation);
  if (message.direction !== 'in' || message.channel !== 'whatsapp' || message.revoked_at) return null;
  const react = (emoji: string): void =>
    reply.mutate({ channel: message.channel, sender: message.sender, address: message.address, content: { type: 'reaction', message: message.id, emoji } }, { onError: tell });
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={t('composer.react')}
          title={t('composer.react')}
          className="inline-grid size-7 shrink-0 place-items-center rounded-md text-ink-2 opacity-0 group-hover/bubble:opacity-100 hover:bg-hover focus-visible:opacity-100 aria-expanded:opacity-100 [@media(hover:none)]:opacity-100 [&_svg]:size-4"
        >
          <SmilePlus aria-hidden />
        </button>
      }
      groups={[
        {
          entries: [
            ...emojis.map((emoji) => ({ id: emoji, text: emoji, checked: emoji === ours, onSelect: () => react(emoji) })),
            ...(ours ? [{ id: 'none', text: t('composer.react_none'), onSelect: () => react('') }] : []),
          ],
        },
      ]}
    />
  );
}
