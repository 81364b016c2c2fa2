import { Link } from '@tanstack/react-router';
import { AlertTriangle, Bot, CircleSlash, KeyRound, Scale, Smartphone, Split, Waypoints } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Message, Quoted } from '@/lib/api/types';
import { clockTime, fullTime, money } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';
import { ChannelIcon } from '@/ui/channel';
import { cx } from '@/ui/cx';
import { Tip } from '@/ui/tooltip';

import { useUserName } from '../session/queries';
import { ContentView, Deleted, ReceivedView } from './content-view';
import { ReactButton } from './react-button';
import { ReplyButton, type ReplyTarget } from './reply-target';
import { Ticks } from './ticks';

interface BubbleProps {
  message: Message;
  joined: boolean;
  quoted?: Quoted | null;
  reactions?: { in?: string; out?: string };
  onReply?: (target: ReplyTarget) => void;
}

export function MessageBubble({ message, joined, quoted, reactions, onReply }: BubbleProps) {
  const out = message.direction === 'out';
  const stopped = message.status === 'cancelled' || message.status === 'expired';
  return (
    <div className={cx('flex flex-col', out ? 'items-end' : 'items-start', joined ? 'mt-0.5' : 'mt-3')}>
      {!joined && out && <Speaker message={message} />}
      <div className={cx('group/bubble flex max-w-[min(96%,39rem)] items-center gap-1', out ? 'flex-row-reverse' : 'flex-row')}>
        <div
          className={cx(
            'min-w-0 rounded-2xl px-3.5 py-2 text-base break-words shadow-1',
            out ? 'rounded-br-md bg-bubble-out text-bubble-out-ink' : 'rounded-bl-md border border-line bg-bubble-in',
            stopped && 'opacity-70',
            message.status === 'failed' && 'ring-1 ring-danger/50',
          )}
        >
          {quoted && <Quote quoted={quoted} />}
          <Said message={message} />
        </div>
        {onReply && <ReplyButton message={message} onReply={onReply} />}
        {onReply && <ReactButton message={message} ours={reactions?.out} />}
      </div>
      {(reactions?.in || reactions?.out) && <OnIt reactions={reactions} />}
      <Meta message={message} />
    </div>
  );
}

function Said({ message }: { message: Message }) {
  if (message.content) return <ContentView content={message.content} />;
  if (message.received) return <ReceivedView received={message.received} />;
  if (message.revoked_at) return <Deleted />;
  return <em className="text-ink-3">{t('message.no_content')}</em>;
}

/** What this message answers, as much of it as one line holds. */
function Quote({ quoted }: { quoted: Quoted }) {
  return (
    <blockquote className="mb-1.5 border-l-2 border-current/50 pl-2 text-sm opacity-85">
      <span className="block text-xs font-medium">{t(quoted.direction === 'out' ? 'content.quoted_us' : 'content.quoted_them')}</span>
      <span className={cx('line-clamp-2', quoted.revoked_at && 'italic')}>{quoted.revoked_at ? t('content.revoked') : quoted.summary}</span>
    </blockquote>
  );
}

function OnIt({ reactions }: { reactions: { in?: string; out?: string } }) {
  return (
    <span className="z-[1] -mt-1.5 mx-2 flex gap-1">
      {(['in', 'out'] as const).map(
        (side) =>
          reactions[side] && (
            <span key={side} className="rounded-full border border-line bg-raised px-1.5 text-sm shadow-1">
              <span aria-hidden>{reactions[side]}</span>
              <span className="sr-only">{t(side === 'in' ? 'content.reaction_theirs' : 'content.reaction_ours', { emoji: reactions[side] })}</span>
            </span>
          ),
      )}
    </span>
  );
}

/** Who speaks: a journey (with the way to its decision), a colleague, a program. */
function Speaker({ message }: { message: Message }) {
  const userName = useUserName();
  const { origin } = message;
  switch (origin.by) {
    case 'journey':
      return (
        <Link
          to="."
          search={(before) => ({ ...before, why: message.decision ?? undefined })}
          disabled={!message.decision}
          className="mb-1 inline-flex items-center gap-1 rounded-full bg-sunken px-2 py-0.5 text-xs text-ink-2 hover:bg-hover hover:text-ink [&_svg]:size-3"
        >
          <Waypoints aria-hidden className="text-accent" />
          {humanize(origin.journey)} <span className="text-ink-3">›</span> {humanize(origin.step)}
          <span className="sr-only">{t('message.why')}</span>
        </Link>
      );
    case 'agent':
      return <Chip text={userName(origin.user)} />;
    case 'api':
      return <Chip icon={<KeyRound aria-hidden />} text={t('origin.api')} />;
    case 'compliance':
      return <Chip icon={<Scale aria-hidden />} text={t('origin.compliance')} />;
    case 'phone':
      return <Chip icon={<Smartphone aria-hidden />} text={t('origin.phone')} />;
    case 'test':
      return <Chip icon={<Bot aria-hidden />} text={t('origin.test')} />;
    default:
      return null;
  }
}

function Chip({ icon, text }: { icon?: ReactNode; text: string }) {
  return (
    <span className="mb-1 inline-flex items-center gap-1 text-xs text-ink-3 [&_svg]:size-3">
      {icon}
      {text}
    </span>
  );
}

function Meta({ message }: { message: Message }) {
  const out = message.direction === 'out';
  const times = Object.entries(message.times ?? {}).map(([status, at]) => `${label('message.status', status)} ${fullTime(at)}`);
  return (
    <div className={cx('mt-1 flex flex-wrap items-center gap-x-2 gap-y-0.5 px-1 text-xs text-ink-3', out && 'justify-end')}>
      <ChannelIcon channel={message.channel} className="size-3" />
      <time dateTime={message.created_at} title={times.join('\n')} className="tnum">
        {clockTime(message.created_at)}
      </time>
      {message.edited_at && <span title={fullTime(message.edited_at)}>{t('message.edited')}</span>}
      {message.revoked_at && (message.content || message.received) && <span title={fullTime(message.revoked_at)}>{t('message.revoked')}</span>}
      {out && <Ticks status={message.status} />}
      {out && message.price && message.price.micros > 0 && <span className="tnum">{money(message.price)}</span>}
      {message.content?.type === 'template' && <span>{t('message.template', { name: message.content.name })}</span>}
      {message.double_reach && (
        <span className="flex items-center gap-1 text-attention">
          <Split aria-hidden className="size-3" /> {t('message.double_reach')}
        </span>
      )}
      {message.error && (
        <Tip text={`${message.error.code}`}>
          <span tabIndex={0} className="flex items-center gap-1 text-danger">
            <AlertTriangle aria-hidden className="size-3 shrink-0" /> {message.error.for_user}
          </span>
        </Tip>
      )}
      {(message.status === 'cancelled' || message.status === 'expired') && (
        <span className="flex items-center gap-1">
          <CircleSlash aria-hidden className="size-3" /> {t(`message.status.${message.status}`)}
        </span>
      )}
      {out && message.decision && (
        <Link
          to="."
          search={(before) => ({ ...before, why: message.decision ?? undefined })}
          className="underline decoration-line-strong underline-offset-2 hover:text-ink"
        >
          {t('why.link')}
        </Link>
      )}
    </div>
  );
}
