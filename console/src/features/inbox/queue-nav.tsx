import { Link, useRouterState } from '@tanstack/react-router';

import { count } from '@/lib/format';
import { t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

import { DEFAULT_VIEW, type View } from './filters';
import { useCounts, useQueues } from './queries';

const views: View[] = ['waiting', 'mine', 'open', 'all', 'bot', 'resolved'];

/** Views and queues below "Inbox" in the rail. Shown only there; elsewhere they would be noise. */
export function QueueNav() {
  const location = useRouterState({ select: (state) => state.location });
  if (!location.pathname.startsWith('/inbox')) return null;
  return <Entries search={location.search as { view?: View; queue?: string; q?: string }} />;
}

function Entries({ search }: { search: { view?: View; queue?: string; q?: string } }) {
  const counts = useCounts();
  const queues = useQueues();
  const active = search.q ? null : search.queue ? `queue:${search.queue}` : (search.view ?? DEFAULT_VIEW);
  return (
    <ul className="mt-0.5 mb-2 ml-4.5 flex flex-col gap-px border-l border-line-strong pl-2">
      {views.map((view) => (
        <Entry key={view} text={t(`inbox.view.${view}`)} number={view === 'all' ? undefined : counts?.[view]} hot={view === 'waiting'} active={active === view} search={{ view }} />
      ))}
      {queues.length > 0 && <li className="px-2 pt-2.5 pb-0.5 text-xs text-ink-3">{t('inbox.queues')}</li>}
      {queues.map((queue) => (
        <Entry key={queue.id} text={queue.name} number={counts?.queues[queue.id]?.waiting} active={active === `queue:${queue.id}`} search={{ queue: queue.id }} />
      ))}
    </ul>
  );
}

function Entry({ text, number, active, hot = false, search }: { text: string; number?: number; active: boolean; hot?: boolean; search: { view?: View; queue?: string } }) {
  return (
    <li>
      <Link
        to="/inbox"
        search={search}
        aria-current={active ? 'true' : undefined}
        className={cx(
          'focus-inset flex h-7.5 items-center justify-between rounded-md px-2 text-sm transition-colors hover:bg-hover',
          active ? 'bg-accent-soft font-medium text-accent-soft-ink' : 'text-ink-2 hover:text-ink',
        )}
      >
        <span className="truncate">{text}</span>
        {number !== undefined && number > 0 && (
          <span className={cx('tnum text-xs', hot ? 'font-semibold text-attention' : active ? '' : 'text-ink-3')}>{count(number)}</span>
        )}
      </Link>
    </li>
  );
}

function chip(on: boolean): string {
  return cx('flex h-8 shrink-0 items-center gap-1.5 rounded-full px-3 text-sm', on ? 'bg-accent text-accent-ink font-medium' : 'bg-sunken text-ink-2');
}

/** The same choice on a narrow screen: one row that scrolls. */
export function QueueStrip({ search }: { search: { view?: View; queue?: string; q?: string } }) {
  const counts = useCounts();
  const queues = useQueues();
  const active = search.q ? null : search.queue ? `queue:${search.queue}` : (search.view ?? DEFAULT_VIEW);
  return (
    <nav aria-label={t('inbox.views')} className="flex gap-1.5 overflow-x-auto px-4 pb-2.5 md:hidden [scrollbar-width:none]">
      {views.map((view) => {
        const number = view === 'all' ? 0 : (counts?.[view] ?? 0);
        return (
          <Link key={view} to="/inbox" search={{ view }} aria-current={active === view ? 'true' : undefined} className={chip(active === view)}>
            {t(`inbox.view.${view}`)}
            {number > 0 && <span className="tnum text-xs">{count(number)}</span>}
          </Link>
        );
      })}
      {queues.map((queue) => (
        <Link key={queue.id} to="/inbox" search={{ queue: queue.id }} aria-current={active === `queue:${queue.id}` ? 'true' : undefined} className={chip(active === `queue:${queue.id}`)}>
          {queue.name}
        </Link>
      ))}
    </nav>
  );
}
