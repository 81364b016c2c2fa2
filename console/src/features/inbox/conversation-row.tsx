import { Link } from '@tanstack/react-router';
import { Clock3, Flag, Timer } from 'lucide-react';

import type { Conversation } from '@/lib/api/types';
import { useNow } from '@/lib/clock';
import { span } from '@/lib/format';
import { label, t, tn } from '@/lib/i18n';
import { Avatar } from '@/ui/avatar';
import { ChannelIcon } from '@/ui/channel';
import { cx } from '@/ui/cx';
import { ListTime } from '@/ui/time';

import { displayName, type InboxFilter } from './filters';

export function ConversationRow({ conversation, selected, search }: { conversation: Conversation; selected: boolean; search: InboxFilter }) {
  const name = displayName(conversation);
  // While a bot answers, nobody has to read.
  const unread = conversation.unread > 0 && (conversation.status === 'waiting' || conversation.status === 'open');
  const { case: open } = conversation;
  return (
    <Link
      to="/inbox/$conversation"
      params={{ conversation: conversation.id }}
      search={search}
      aria-current={selected ? 'true' : undefined}
      className={cx(
        'focus-inset relative flex h-full gap-3 border-b border-line px-4 py-3 transition-colors',
        selected ? 'bg-accent-soft' : 'hover:bg-hover/60',
      )}
    >
      {selected && <span aria-hidden className="absolute inset-y-0 left-0 w-[3px] bg-accent" />}
      <Avatar name={name} />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-1.5">
          <span className={cx('min-w-0 truncate', unread ? 'font-semibold' : 'font-medium')}>{name}</span>
          {conversation.channel && <ChannelIcon channel={conversation.channel} />}
          {open && (open.priority === 'urgent' || open.priority === 'high') && (
            <span title={t(`priority.${open.priority}`)} className={open.priority === 'urgent' ? 'text-danger' : 'text-attention'}>
              <Flag aria-hidden className="size-3.5" />
              <span className="sr-only">{t(`priority.${open.priority}`)}</span>
            </span>
          )}
          <ListTime at={conversation.last_message_at} className="ml-auto shrink-0 pl-1 text-xs text-ink-3" />
        </div>
        <div className="mt-0.5 flex items-center gap-2">
          <p className={cx('min-w-0 flex-1 truncate text-sm', unread ? 'text-ink' : 'text-ink-2')}>{conversation.last_message || <span className="text-ink-3">{t('inbox.no_message')}</span>}</p>
          {unread && (
            <span className="tnum inline-grid h-4.5 min-w-4.5 place-items-center rounded-full bg-accent px-1 text-2xs font-medium text-accent-ink">
              {conversation.unread}
              <span className="sr-only">{tn('inbox.unread', conversation.unread)}</span>
            </span>
          )}
        </div>
        <div className="mt-1 flex items-center gap-2.5 text-xs text-ink-3">
          {open ? <Due conversation={conversation} /> : null}
          <span className="min-w-0 truncate">{open && conversation.status !== 'resolved' ? label('handoff', open.handoff.reason) : t(`conversation.status.${conversation.status}`)}</span>
          <WindowLeft closes={conversation.window_closes_at} />
        </div>
      </div>
    </Link>
  );
}

/** When the first reply is due; after it, how late it is. */
function Due({ conversation }: { conversation: Conversation }) {
  const now = useNow();
  const open = conversation.case;
  if (!open?.reply_due_at || open.first_reply_at || conversation.status === 'resolved') return null;
  const left = Date.parse(open.reply_due_at) - now;
  return (
    <span className={cx('tnum flex shrink-0 items-center gap-1', left < 0 ? 'font-medium text-danger' : left < 300_000 ? 'font-medium text-attention' : '')}>
      <Timer aria-hidden className="size-3" />
      {left < 0 ? t('inbox.overdue', { span: span(left) }) : t('inbox.due', { span: span(left) })}
    </span>
  );
}

function WindowLeft({ closes }: { closes?: string | null }) {
  const now = useNow();
  if (!closes) return null;
  const left = Date.parse(closes) - now;
  if (left <= 0) return null;
  return (
    <span className={cx('tnum ml-auto flex shrink-0 items-center gap-1', left < 7_200_000 && 'text-attention')} title={t('window.open_title')}>
      <Clock3 aria-hidden className="size-3" />
      <span className="sr-only">{t('window.open_title')}</span>
      {span(left)}
    </span>
  );
}
