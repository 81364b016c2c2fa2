import { Link } from '@tanstack/react-router';
import { Megaphone } from 'lucide-react';

import type { Broadcast } from '@/lib/api/types';
import { count } from '@/lib/format';
import { humanize, t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { PageHead } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';
import { Ago } from '@/ui/time';

import { ProgressBar } from './progress';
import { useBroadcasts } from './queries';
import { StateBadge } from './state-badge';

export function BroadcastsPage() {
  const { data, error, isPending, refetch } = useBroadcasts();
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-6xl">
        <PageHead title={t('nav.broadcasts')} lead={t('broadcasts.lead')} />
        <div className="px-4 pb-8 sm:px-6">
          {isPending ? (
            <SkeletonRows rows={3} className="h-28" />
          ) : error && !data ? (
            <ProblemBox error={error} onRetry={() => void refetch()} />
          ) : data && data.length > 0 ? (
            <ul className="flex flex-col gap-3">
              {data.map((broadcast) => (
                <li key={broadcast.id}>
                  <BroadcastCard broadcast={broadcast} />
                </li>
              ))}
            </ul>
          ) : (
            <Empty icon={<Megaphone aria-hidden />} title={t('broadcasts.empty.title')}>
              <p>{t('broadcasts.empty.lead')}</p>
              <code className="mt-3 block rounded-md bg-sunken px-3 py-2 font-mono text-xs">antiphon broadcast create offer.yaml</code>
            </Empty>
          )}
        </div>
      </div>
    </div>
  );
}

function BroadcastCard({ broadcast }: { broadcast: Broadcast }) {
  return (
    <Link
      to="/broadcasts/$broadcast"
      params={{ broadcast: broadcast.id }}
      className="grid items-center gap-x-8 gap-y-4 rounded-lg border border-line bg-surface p-4 shadow-1 transition-colors hover:border-line-strong sm:p-5 md:grid-cols-[minmax(0,1fr)_22rem]"
    >
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="truncate text-lg font-semibold tracking-tight">{broadcast.title ?? humanize(broadcast.name)}</h2>
          <StateBadge state={broadcast.state} />
          <Badge>{t(`purpose.${broadcast.purpose}`)}</Badge>
        </div>
        <p className="tnum mt-1 truncate text-xs text-ink-3">
          <span className="font-mono">{broadcast.name}</span> · {t('broadcasts.recipients', { n: count(broadcast.recipients) })} · <Ago at={broadcast.created_at} />
        </p>
      </div>
      <ProgressBar broadcast={broadcast} />
    </Link>
  );
}
