import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft, ChevronDown, DoorClosed, DoorOpen, PauseCircle } from 'lucide-react';
import { lazy, Suspense } from 'react';

import type { Journey } from '@/lib/api/types';
import { humanize, t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { Menu } from '@/ui/menu';
import { ProblemBox, Skeleton } from '@/ui/states';
import { TabPanel, Tabs } from '@/ui/tabs';
import { Ago } from '@/ui/time';

import { FunnelTab } from './funnel-tab';
import { GraphTab } from './graph-tab';
import { useJourney, useSetState } from './queries';
import { RunsTab } from './runs-tab';
import { StateBadge } from './state-badge';

const TextTab = lazy(() => import('./text-tab'));

export function JourneyPage() {
  const { name } = useParams({ from: '/app/journeys/$name' });
  const search = useSearch({ from: '/app/journeys/$name' });
  const navigate = useNavigate();
  const { data: journey, error, refetch } = useJourney(name);
  const tab = search.tab ?? 'graph';
  const go = (change: Partial<typeof search>): void => void navigate({ to: '/journeys/$name', params: { name }, search: { ...search, ...change }, replace: true });

  if (error && !journey) return <ProblemBox error={error} onRetry={() => void refetch()} className="m-auto max-w-md" />;
  if (!journey) return <Skeleton className="m-6 h-24" />;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Head journey={journey} />
      <Tabs
        fill
        value={tab}
        label={t('journey.tabs')}
        onChange={(next) => go({ tab: next as typeof tab })}
        tabs={(['graph', 'text', 'funnel', 'runs'] as const).map((id) => ({ id, text: t(`journey.tab.${id}`) }))}
      >
        <TabPanel id={tab} className="flex min-h-0 flex-1 flex-col">
          {tab === 'graph' && <GraphTab journey={journey} onStep={(step) => go({ tab: 'runs', step, status: 'active' })} />}
          {tab === 'text' && (
            <Suspense fallback={<Skeleton className="m-6 flex-1" />}>
              <TextTab journey={journey} />
            </Suspense>
          )}
          {tab === 'funnel' && <FunnelTab journey={journey} version={search.version} onVersion={(version) => go({ version })} onStep={(step) => go({ tab: 'runs', step })} />}
          {tab === 'runs' && <RunsTab journey={journey} step={search.step} status={search.status} onFilter={go} />}
        </TabPanel>
      </Tabs>
    </div>
  );
}

function Head({ journey }: { journey: Journey }) {
  const set = useSetState(journey.name);
  const icons = { open: <DoorOpen aria-hidden />, closed: <DoorClosed aria-hidden />, held: <PauseCircle aria-hidden /> };
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-4 pb-2 sm:px-6">
      <Link to="/journeys" aria-label={t('journey.back')} className="-ml-2 grid size-8 place-items-center rounded-md text-ink-2 hover:bg-hover">
        <ArrowLeft aria-hidden className="size-4" />
      </Link>
      <div className="min-w-0 flex-1">
        <h1 className="flex min-w-0 items-center gap-2.5 text-xl font-semibold tracking-tight">
          <span className="truncate">{journey.title ?? humanize(journey.name)}</span>
          <StateBadge state={journey.state} />
        </h1>
        <p className="truncate text-xs text-ink-3">
          {journey.entry && <>{t('journey.entry', { event: humanize(journey.entry.on) })} · </>}
          <span className="font-mono">{journey.version.slice(0, 12)}</span> · {t('journeys.published')} <Ago at={journey.published_at} />
        </p>
      </div>
      <Menu
        trigger={
          <Button busy={set.isPending}>
            {icons[journey.state]} <span className="max-sm:sr-only">{t('journey.entrance')}</span> <ChevronDown aria-hidden />
          </Button>
        }
        groups={[
          {
            label: t('journey.entrance'),
            entries: (['open', 'closed', 'held'] as const).map((state) => ({
              id: state,
              text: t(`journey.state.${state}.title`),
              icon: icons[state],
              checked: journey.state === state,
              onSelect: () => set.mutate(state),
            })),
          },
        ]}
      />
    </header>
  );
}
