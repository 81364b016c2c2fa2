import { Link } from '@tanstack/react-router';
import { Waypoints } from 'lucide-react';

import type { JourneyRow } from '@/lib/api/types';
import { count, share } from '@/lib/format';
import { humanize, t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { PageHead } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';
import { Ago } from '@/ui/time';

import { useJourneys } from './queries';
import { StateBadge } from './state-badge';

export function JourneysPage() {
  const { data, error, isPending, refetch } = useJourneys();
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-6xl">
        <PageHead title={t('nav.journeys')} lead={t('journeys.lead')} />
        <div className="px-4 pb-8 sm:px-6">
          {isPending ? (
            <SkeletonRows rows={3} className="h-28" />
          ) : error && !data ? (
            <ProblemBox error={error} onRetry={() => void refetch()} />
          ) : data && data.length > 0 ? (
            <ul className="flex flex-col gap-3">
              {data.map((journey) => (
                <li key={journey.name}>
                  <JourneyCard journey={journey} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty icon={<Waypoints aria-hidden />} title={t('journeys.empty.title')}>
              <p>{t('journeys.empty.lead')}</p>
              <code className="mt-3 block rounded-md bg-sunken px-3 py-2 font-mono text-xs">antiphon publish journeys/</code>
            </Empty>
          )}
        </div>
      </div>
    </div>
  );
}

function JourneyCard({ journey }: { journey: JourneyRow }) {
  const { counts } = journey;
  const finished = counts.completed + counts.exited + counts.failed;
  return (
    <Link
      to="/journeys/$name"
      params={{ name: journey.name }}
      className="grid items-center gap-x-8 gap-y-4 rounded-lg border border-line bg-surface p-4 shadow-1 transition-colors hover:border-line-strong sm:p-5 md:grid-cols-[minmax(0,1fr)_11rem_auto]"
    >
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="truncate text-lg font-semibold tracking-tight">{journey.title ?? humanize(journey.name)}</h2>
          <StateBadge state={journey.state} />
          {journey.purpose && <Badge>{t(`purpose.${journey.purpose}`)}</Badge>}
        </div>
        <p className="mt-1 truncate text-xs text-ink-3">
          <span className="font-mono">{journey.name}</span> · <span className="font-mono">{journey.version.slice(0, 8)}</span> · {t('journeys.published')} <Ago at={journey.published_at} />
          {journey.owner && ` · ${humanize(journey.owner)}`}
        </p>
      </div>
      <Goal row={journey} finished={finished} />
      <dl className="flex gap-6">
        {(['entered', 'active', 'completed', 'failed'] as const).map((name) => (
          <div key={name}>
            <dt className="text-xs text-ink-3">{t(`journeys.${name}`)}</dt>
            <dd className="tnum text-lg font-medium">{count(counts[name])}</dd>
          </div>
        ))}
      </dl>
    </Link>
  );
}

/** The outcome comes first, always with the number it is a share of. */
function Goal({ row, finished }: { row: JourneyRow; finished: number }) {
  if (!row.goal) return <p className="text-sm text-ink-3">{t('journeys.no_goal')}</p>;
  const part = finished > 0 ? Math.min(1, row.counts.goal / Math.max(1, row.counts.entered)) : 0;
  return (
    <div>
      <p className="flex items-baseline gap-2">
        <span className="tnum text-xl font-semibold tracking-tight">{share(row.counts.goal, row.counts.entered)}</span>
        <span className="truncate text-sm text-ink-2">{humanize(row.goal.name)}</span>
      </p>
      <span aria-hidden className="my-1 block h-1.5 overflow-hidden rounded-full bg-sunken">
        <span className="block h-full rounded-full bg-accent transition-[width] duration-500" style={{ width: `${part * 100}%` }} />
      </span>
      <p className="tnum text-xs text-ink-3">{t('journeys.of_n', { part: count(row.counts.goal), n: count(row.counts.entered) })}</p>
    </div>
  );
}
