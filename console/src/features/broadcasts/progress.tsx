import type { Broadcast } from '@/lib/api/types';
import { count, share } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

import { type Group, segments } from './acts';

const colours: Record<Group, string> = { reached: 'bg-ok', not_sent: 'bg-edge', failed: 'bg-danger', waiting: 'bg-accent' };

/** Every recipient once: reached, not sent, failed, waiting. */
export function ProgressBar({ broadcast }: { broadcast: Broadcast }) {
  const parts = segments(broadcast.progress.states);
  const total = Math.max(1, broadcast.recipients);
  return (
    <div>
      <div aria-hidden className="flex h-2 overflow-hidden rounded-full bg-sunken">
        {parts.map(({ group, count: n }) => (
          <span key={group} className={cx('h-full transition-[width] duration-500', colours[group])} style={{ width: `${(n / total) * 100}%` }} />
        ))}
      </div>
      <p className="tnum mt-1.5 flex flex-wrap gap-x-4 text-xs text-ink-2">
        {parts.map(({ group, count: n }) => (
          <span key={group} className="flex items-center gap-1.5">
            <span aria-hidden className={cx('size-2 rounded-full', colours[group])} />
            {t(`broadcast.group.${group}`)} {count(n)} ({share(n, total)})
          </span>
        ))}
      </p>
    </div>
  );
}

/** Every state with its causes; a state is a filter of the list below. */
export function States({ broadcast, chosen, onChoose }: { broadcast: Broadcast; chosen: string | undefined; onChoose: (state: string | undefined) => void }) {
  const { states, causes } = broadcast.progress;
  return (
    <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-4">
      {Object.entries(states).map(([state, n]) => (
        <li key={state}>
          <button
            type="button"
            aria-pressed={chosen === state}
            onClick={() => onChoose(chosen === state ? undefined : state)}
            className={cx('w-full rounded-lg border p-3 text-left transition-colors', chosen === state ? 'border-accent bg-accent-soft' : 'border-line bg-surface hover:border-line-strong')}
          >
            <span className="block text-xs text-ink-3">{label('recipient', state)}</span>
            <span className="tnum block text-lg font-medium">{count(n)}</span>
            {Object.entries(causes[state] ?? {}).map(([code, of]) => (
              <span key={code} className="tnum block truncate text-xs text-ink-2">
                {label('cause', code)} {count(of)}
              </span>
            ))}
          </button>
        </li>
      ))}
    </ul>
  );
}
