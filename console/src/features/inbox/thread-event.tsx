import { Link } from '@tanstack/react-router';

import type { TimelineEntry } from '@/lib/api/types';
import { clockTime } from '@/lib/format';
import { cx } from '@/ui/cx';
import { t } from '@/lib/i18n';

import { EventIcon, useEventText } from '../contacts/event-text';

const loud = new Set(['case_opened', 'opt_out_suspected', 'double_reach', 'message_not_sent', 'identity_changed']);

/** What happened between the messages, on one quiet line. */
export function ThreadEvent({ entry }: { entry: TimelineEntry }) {
  const text = useEventText(entry);
  return (
    <div className={cx('mt-2.5 flex items-start justify-center gap-2 px-2 text-center text-xs', loud.has(entry.kind) ? 'text-ink' : 'text-ink-3')}>
      <span className="mt-px shrink-0 [&_svg]:size-3.5">
        <EventIcon kind={entry.kind} />
      </span>
      <span>
        {text}
        <time dateTime={entry.at} className="tnum ml-1.5 text-ink-3">
          {clockTime(entry.at)}
        </time>
        {entry.decision && (
          <Link to="." search={(before) => ({ ...before, why: entry.decision ?? undefined })} className="ml-1.5 underline underline-offset-2 hover:text-ink">
            {t('why.link')}
          </Link>
        )}
      </span>
    </div>
  );
}
