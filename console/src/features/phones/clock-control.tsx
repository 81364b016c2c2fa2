import { Pause, Play } from 'lucide-react';
import { useState } from 'react';

import { useNow } from '@/lib/clock';
import { t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

import { useDemoClock, useSetClock } from './queries';

const speeds = [1, 60, 600, 3600];
const format = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

/** The demo's time: as it is, faster, or standing still. */
export function ClockControl() {
  const { data: clock } = useDemoClock();
  const set = useSetClock();
  const now = useNow();
  const [before, setBefore] = useState(60);
  if (!clock) return null;
  const paused = clock.speed === 0;
  return (
    <div role="group" aria-label={t('clock.label')} className="flex flex-wrap items-center gap-2 rounded-lg border border-line bg-surface p-1 shadow-1">
      <time dateTime={new Date(now).toISOString()} className="tnum min-w-36 px-2 text-sm font-medium">
        {format.format(now)}
      </time>
      <div className="flex">
        <button
          type="button"
          aria-pressed={paused}
          aria-label={t('clock.pause')}
          onClick={() => {
            if (!paused) setBefore(clock.speed);
            set.mutate(paused ? before : 0);
          }}
          className={cx('grid h-7 w-8 place-items-center rounded-md', paused ? 'bg-attention-soft text-attention' : 'text-ink-2 hover:bg-hover')}
        >
          {paused ? <Play aria-hidden className="size-3.5" /> : <Pause aria-hidden className="size-3.5" />}
        </button>
        {speeds.map((speed) => {
          const on = clock.speed === speed;
          return (
            <button
              key={speed}
              type="button"
              aria-pressed={on}
              onClick={() => set.mutate(speed)}
              className={cx('tnum h-7 rounded-md px-2.5 text-sm', on ? 'bg-accent font-medium text-accent-ink' : 'text-ink-2 hover:bg-hover')}
            >
              {speed}×
            </button>
          );
        })}
      </div>
    </div>
  );
}
