import { ListTree, Waypoints } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import type { Journey } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { cx } from '@/ui/cx';
import { Skeleton } from '@/ui/states';

import { Outline } from './outline';
import { useFunnel } from './queries';

const GraphCanvas = lazy(() => import('./graph-canvas'));

/** The canvas for eyes, the outline for keyboards and screen readers; both show the same live counters. */
export function GraphTab({ journey, onStep }: { journey: Journey; onStep: (step: string) => void }) {
  const funnel = useFunnel(journey.name).data;
  const narrow = typeof matchMedia === 'function' && matchMedia('(max-width: 640px)').matches;
  const [view, setView] = useState<'canvas' | 'outline'>(narrow ? 'outline' : 'canvas');
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div role="group" aria-label={t('graph.view')} className="absolute top-3 right-4 z-10 flex rounded-md border border-line-strong bg-raised p-0.5 shadow-1 sm:right-6">
        {(['canvas', 'outline'] as const).map((option) => (
          <button
            key={option}
            type="button"
            aria-pressed={view === option}
            onClick={() => setView(option)}
            className={cx('flex h-7 items-center gap-1.5 rounded-sm px-2.5 text-sm [&_svg]:size-3.5', view === option ? 'bg-accent-soft font-medium text-accent-soft-ink' : 'text-ink-2 hover:bg-hover')}
          >
            {option === 'canvas' ? <Waypoints aria-hidden /> : <ListTree aria-hidden />} {t(`graph.${option}`)}
          </button>
        ))}
      </div>
      {view === 'canvas' ? (
        <Suspense fallback={<Skeleton className="m-6 flex-1" />}>
          <GraphCanvas graph={journey.graph} funnel={funnel} onStep={onStep} />
        </Suspense>
      ) : (
        <Outline graph={journey.graph} start={journey.start ?? undefined} funnel={funnel} onStep={onStep} />
      )}
    </div>
  );
}
