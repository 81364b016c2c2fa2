import { Link } from '@tanstack/react-router';
import { History } from 'lucide-react';
import { useMemo } from 'react';

import type { TimelineEntry } from '@/lib/api/types';
import { useNow } from '@/lib/clock';
import { clockTime, dayOf, fullTime, sameDay } from '@/lib/format';
import { t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';

import { EventIcon, useEventText } from './event-text';
import { useTimeline } from './queries';

/** Groups of kinds that people look for. */
const groups = {
  messages: 'message_received,message_sent,message_delivered,message_read,message_failed,message_cancelled,message_expired,message_in_doubt,message_not_sent,double_reach',
  journeys: 'run_entered,run_rejected,step_entered,run_exited,run_completed,goal_reached,timer_reanchored',
  consent: 'consent_changed,opt_out_suspected,address_suppressed',
  cases: 'case_opened,case_assigned,case_resolved,case_reopened,returned_to_bot,note_added',
  events: 'event_tracked,contact_created,contact_updated,address_added,outcome_recorded',
} as const;

export function TimelineTab({ contact, kinds, onKinds }: { contact: string; kinds: string; onKinds: (kinds: string) => void }) {
  const group = kinds in groups ? (kinds as keyof typeof groups) : null;
  const timeline = useTimeline(contact, group ? groups[group] : '');
  const entries = useMemo(() => timeline.data?.pages.flatMap((page) => page.items) ?? [], [timeline.data]);
  const now = useNow();
  return (
    <>
      <div role="group" aria-label={t('timeline.filter')} className="mb-4 flex flex-wrap gap-1.5">
        {[null, ...(Object.keys(groups) as (keyof typeof groups)[])].map((name) => (
          <button
            key={name ?? 'all'}
            type="button"
            aria-pressed={group === name}
            onClick={() => onKinds(name ?? '')}
            className={cx('h-7 rounded-full px-3 text-sm', group === name ? 'bg-accent font-medium text-accent-ink' : 'bg-sunken text-ink-2 hover:bg-hover')}
          >
            {t(`timeline.group.${name ?? 'all'}`)}
          </button>
        ))}
      </div>
      {timeline.isPending ? (
        <SkeletonRows rows={10} className="h-7" />
      ) : timeline.isError && entries.length === 0 ? (
        <ProblemBox error={timeline.error} onRetry={() => void timeline.refetch()} />
      ) : entries.length === 0 ? (
        <Empty icon={<History aria-hidden />} title={t('timeline.empty.title')}>
          {t('timeline.empty.lead')}
        </Empty>
      ) : (
        <ol className="relative">
          {entries.map((entry, index) => {
            const day = dayOf(entry.at, now);
            return (
              <li key={entry.id}>
                {(index === 0 || !sameDay(entries[index - 1]?.at ?? '', entry.at)) && (
                  <p className={cx('mb-1.5 text-xs font-medium text-ink-3', index > 0 && 'mt-5')}>{day.kind === 'date' ? day.text : t(`day.${day.kind}`)}</p>
                )}
                <Line entry={entry} />
              </li>
            );
          })}
        </ol>
      )}
      {timeline.hasNextPage && (
        <Button className="mt-4" busy={timeline.isFetchingNextPage} onClick={() => void timeline.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
    </>
  );
}

const marks: Record<string, string> = {
  message_received: 'text-accent',
  goal_reached: 'text-ok',
  message_failed: 'text-danger',
  message_not_sent: 'text-attention',
  opt_out_suspected: 'text-attention',
  case_opened: 'text-attention',
  double_reach: 'text-attention',
};

function Line({ entry }: { entry: TimelineEntry }) {
  const text = useEventText(entry);
  return (
    <div className="group flex gap-3">
      <span className="relative flex flex-col items-center">
        <span className={cx('grid size-7 shrink-0 place-items-center rounded-full bg-sunken [&_svg]:size-3.5', marks[entry.kind] ?? 'text-ink-3')}>
          <EventIcon kind={entry.kind} />
        </span>
        <span aria-hidden className="w-px flex-1 bg-line group-last:hidden" />
      </span>
      <p className="min-w-0 flex-1 pt-1 pb-3 text-sm break-words">
        {text}
        {entry.decision && (
          <Link to="." search={(before) => ({ ...before, why: entry.decision ?? undefined })} className="ml-2 text-accent underline underline-offset-2">
            {t('why.link')}
          </Link>
        )}
      </p>
      <time dateTime={entry.at} title={fullTime(entry.at)} className="tnum pt-1 text-xs text-ink-3">
        {clockTime(entry.at)}
      </time>
    </div>
  );
}
