import {
  AlertTriangle,
  ArrowRightToLine,
  Ban,
  Bot,
  CheckCheck,
  CircleDot,
  CircleX,
  Clock3,
  Flag,
  Headset,
  History,
  type LucideIcon,
  Mail,
  MessageCircleReply,
  PenLine,
  Radio,
  ScrollText,
  Send,
  Smartphone,
  Split,
  StickyNote,
  Trophy,
  UserRound,
  UserRoundCheck,
  VolumeX,
} from 'lucide-react';

import type { JsonObject, TimelineEntry } from '@/lib/api/types';
import { addressText, parseAddress } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';

import { useUserName } from '../session/queries';

const icons: Record<string, LucideIcon> = {
  contact_created: UserRound,
  contact_updated: PenLine,
  address_added: Mail,
  address_suppressed: Ban,
  event_tracked: Radio,
  consent_changed: ScrollText,
  message_received: MessageCircleReply,
  message_recorded: Smartphone,
  message_imported: History,
  message_queued: Clock3,
  message_sent: Send,
  message_delivered: CheckCheck,
  message_read: CheckCheck,
  message_failed: AlertTriangle,
  message_edited: PenLine,
  message_revoked: CircleX,
  identity_changed: UserRound,
  address_elsewhere: UserRound,
  message_cancelled: CircleX,
  message_expired: CircleX,
  message_in_doubt: AlertTriangle,
  message_not_sent: VolumeX,
  double_reach: Split,
  run_entered: ArrowRightToLine,
  run_rejected: CircleX,
  run_exited: CircleX,
  run_completed: CheckCheck,
  goal_reached: Trophy,
  timer_reanchored: Clock3,
  case_opened: Headset,
  case_assigned: UserRoundCheck,
  case_resolved: CheckCheck,
  case_reopened: Headset,
  returned_to_bot: Bot,
  note_added: StickyNote,
  outcome_recorded: Trophy,
  opt_out_suspected: Flag,
  runtime_notice: AlertTriangle,
};

export function EventIcon({ kind }: { kind: string }) {
  const Icon = icons[kind] ?? CircleDot;
  return <Icon aria-hidden />;
}

function word(data: JsonObject, name: string): string {
  const value = data[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** `promotional on WhatsApp`, `everything on every channel`. */
export function scopeText(scope: { channel?: unknown; purpose?: unknown; topic?: unknown }): string {
  const purpose = typeof scope.purpose === 'string' ? label('purpose', scope.purpose) : t('consent.all_purposes');
  const channel = typeof scope.channel === 'string' ? label('channel', scope.channel) : t('consent.all_channels');
  const topic = typeof scope.topic === 'string' ? ` · ${scope.topic}` : '';
  return t('consent.scope', { purpose, channel }) + topic;
}

type Namer = (id: string | null | undefined) => string;

/** Summaries of messages end after this many letters, wherever that is. */
const SUMMARY_MAX = 140;

const whole = (summary: string): string => ([...summary].length >= SUMMARY_MAX ? `${summary.trimEnd()}…` : summary);

/** One sentence for one line of the timeline. Unknown kinds are named as they are. */
export function eventText(entry: TimelineEntry, userName: Namer): string {
  const data = (entry.data ?? {}) as JsonObject;
  const journey = word(data, 'title') || humanize(word(data, 'journey'));
  const step = humanize(word(data, 'step'));
  const by = word(data, 'by').replace(/^user:/, '');
  const reason = word(data, 'reason');
  const address = parseAddress(word(data, 'address'));
  switch (entry.kind) {
    case 'event_tracked':
      return t('event.event_tracked', { name: humanize(word(data, 'name')) });
    case 'run_entered':
      return t('event.run_entered', { journey });
    case 'run_exited':
      return word(data, 'failed')
        ? t('event.run_failed', { journey, reason: word(data, 'failed') })
        : t('event.run_exited', { journey, exit: humanize(word(data, 'exit') || word(data, 'result') || reason) });
    case 'run_completed':
      return t('event.run_completed', { journey, result: humanize(word(data, 'result')) });
    case 'run_rejected':
      return t('event.run_rejected', { journey, reason: reason || humanize(word(data, 'code')) });
    case 'step_entered':
      return t('event.step_entered', { journey, step });
    case 'goal_reached':
      return t('event.goal_reached', { goal: humanize(word(data, 'goal') || word(data, 'journey')) });
    case 'timer_reanchored':
      return t('event.timer_reanchored', { step });
    case 'consent_changed':
      return t(word(data, 'state') === 'opted_in' ? 'event.opted_in' : 'event.opted_out', {
        scope: scopeText(data),
        act: label('act', word(data, 'act')) || t('event.some_act'),
      });
    case 'case_opened':
      return t('event.case_opened', { queue: humanize(word(data, 'queue')), reason: label('handoff', word(data, 'reason')) });
    case 'case_assigned':
      return word(data, 'to') ? t('event.case_assigned', { to: userName(word(data, 'to')) }) : t('event.case_queued', { queue: humanize(word(data, 'queue')) });
    case 'case_resolved':
      return t('event.case_resolved', { by: userName(by) || t('event.somebody'), category: label('category', word(data, 'category')) || t('event.no_category') });
    case 'case_reopened':
      return t('event.case_reopened');
    case 'returned_to_bot':
      return t('event.returned_to_bot', { by: userName(by) || t('event.somebody') });
    case 'note_added':
      return t('event.note_added', { by: userName(word(data, 'user')), text: word(data, 'text') });
    case 'opt_out_suspected':
      return word(data, 'text') ? t('event.opt_out_words', { text: word(data, 'text') }) : t('event.opt_out_suspected');
    case 'message_edited':
      return word(data, 'before') ? t('event.edited_words', { before: word(data, 'before'), after: word(data, 'after') }) : t('event.message_edited');
    case 'double_reach':
      return t('event.double_reach');
    case 'message_not_sent':
      return t('event.message_not_sent', { reason: reason || humanize(word(data, 'code')) });
    case 'address_added':
    case 'address_suppressed':
    case 'address_elsewhere':
      return t(`event.${entry.kind}`, { address: address ? addressText(address) : word(data, 'address') || label('address.kind', word(data, 'kind')), reason });
    case 'contact_updated': {
      const changed = Array.isArray(data.changed) ? data.changed.map((name) => humanize(String(name))).join(', ') : '';
      return changed ? t('event.contact_changed', { changed }) : t('event.contact_updated');
    }
    case 'runtime_notice':
      return word(data, 'what') ? humanize(word(data, 'what')) : t('event.runtime_notice');
    case 'message_received':
    case 'message_queued':
    case 'message_sent':
    case 'message_delivered':
    case 'message_read':
    case 'message_failed':
    case 'message_cancelled':
    case 'message_expired':
    case 'message_in_doubt': {
      const summary = whole(word(data, 'summary')) || reason;
      return summary ? `${label('event', entry.kind)}: ${summary}` : label('event', entry.kind);
    }
    default:
      return label('event', entry.kind);
  }
}

export function useEventText(entry: TimelineEntry): string {
  return eventText(entry, useUserName());
}
