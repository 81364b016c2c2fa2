import type { Funnel, FunnelStep, Journey } from '@/lib/api/types';
import { count, share } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';
import { cx } from '@/ui/cx';
import { Select } from '@/ui/field';
import { Card } from '@/ui/page';
import { ProblemBox, SkeletonRows } from '@/ui/states';

import { kindColour, KindIcon } from './kinds';
import { useFunnel, useVersions } from './queries';

interface Props {
  journey: Journey;
  version: string | undefined;
  onVersion: (version: string | undefined) => void;
  onStep: (step: string) => void;
}

/** What came of it first, then the way there; sends are a means and come last. */
export function FunnelTab({ journey, version, onVersion, onStep }: Props) {
  const { data: funnel, error, refetch } = useFunnel(journey.name, version);
  const versions = useVersions(journey.name);
  const names = new Map(journey.graph.nodes.map((node) => [node.id, node.label || node.id]));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={0} role="region" aria-label={t('journey.tab.funnel')}>
      <div className="mx-auto flex max-w-5xl flex-col gap-5 px-4 py-5 sm:px-6">
        {versions.length > 1 && (
          <label className="flex items-center gap-2.5 self-end text-sm text-ink-2">
            {t('funnel.version')}
            <Select className="w-auto!" value={version ?? ''} onChange={(event) => onVersion(event.target.value || undefined)}>
              <option value="">{t('funnel.all_versions')}</option>
              {versions.map((item) => (
                <option key={item.version} value={item.version}>
                  {item.version.slice(0, 12)}
                </option>
              ))}
            </Select>
          </label>
        )}
        {error && !funnel ? <ProblemBox error={error} onRetry={() => void refetch()} /> : funnel ? <Body funnel={funnel} names={names} onStep={onStep} /> : <SkeletonRows rows={8} className="h-12" />}
      </div>
    </div>
  );
}

function Body({ funnel, names, onStep }: { funnel: Funnel; names: Map<string, string>; onStep: (step: string) => void }) {
  const { totals } = funnel;
  return (
    <>
      <section aria-label={t('funnel.outcome')} className="grid gap-px overflow-hidden rounded-lg border border-line bg-line shadow-1 sm:grid-cols-[1.6fr_repeat(4,1fr)]">
        <div className="bg-surface p-4 sm:p-5">
          <p className="text-sm text-ink-2">{funnel.goal ? humanize(funnel.goal.name) : t('funnel.no_goal')}</p>
          <p className="mt-1 flex items-baseline gap-2.5">
            <span className="tnum text-[2rem] leading-none font-semibold tracking-tight text-accent">{share(totals.goal, totals.entered)}</span>
            <span className="tnum text-sm text-ink-3">{t('journeys.of_n', { part: count(totals.goal), n: count(totals.entered) })}</span>
          </p>
          {funnel.goal?.within && <p className="mt-1.5 text-xs text-ink-3">{t('funnel.within', { within: funnel.goal.within })}</p>}
        </div>
        {(['active', 'completed', 'exited', 'failed'] as const).map((name) => (
          <div key={name} className="flex items-baseline justify-between bg-surface px-4 py-2.5 sm:block sm:p-4 sm:pt-5">
            <p className="text-sm text-ink-2">{t(`journeys.${name}`)}</p>
            <p className={cx('tnum text-xl font-semibold tracking-tight', name === 'failed' && totals.failed > 0 && 'text-danger')}>{count(totals[name])}</p>
          </div>
        ))}
      </section>
      <Card title={t('funnel.steps')}>
        <ol>
          {funnel.steps.map((step) => (
            <Step key={step.step} step={step} name={names.get(step.step) ?? step.step} entered={totals.entered} onOpen={() => onStep(step.step)} />
          ))}
        </ol>
      </Card>
    </>
  );
}

const sends = ['sent', 'delivered', 'read', 'replied', 'clicked', 'opened', 'clicked_by_machine', 'failed', 'not_sent'] as const;

function Step({ step, name: title, entered, onOpen }: { step: FunnelStep; name: string; entered: number; onOpen: () => void }) {
  const width = entered > 0 ? Math.min(100, (step.entered / entered) * 100) : 0;
  const shown = sends.filter((name) => (step[name] ?? 0) > 0);
  return (
    <li className="border-b border-line last:border-0">
      <button type="button" onClick={onOpen} className="focus-inset grid w-full items-center gap-x-4 gap-y-1.5 px-4 py-3 text-left hover:bg-hover/50 md:grid-cols-[13rem_minmax(0,1fr)_9rem]">
        <span className="flex min-w-0 items-center gap-2.5">
          <span className={cx('grid size-6 shrink-0 place-items-center rounded-md', kindColour(step.kind))}>
            <KindIcon kind={step.kind} />
          </span>
          <span className="truncate text-sm font-medium">{humanize(title)}</span>
        </span>
        <span className="min-w-0">
          <span className="flex h-5 overflow-hidden rounded-sm bg-sunken" aria-hidden>
            <span className="h-full bg-accent/80 transition-[width] duration-500" style={{ width: `${width * (step.entered > 0 ? step.left / step.entered : 0)}%` }} />
            <span className="h-full bg-attention-mark transition-[width] duration-500" style={{ width: `${width * (step.entered > 0 ? step.waiting / step.entered : 0)}%` }} />
          </span>
          {shown.length > 0 && (
            <span className="tnum mt-1 flex flex-wrap gap-x-3 text-xs text-ink-3">
              {shown.map((name) => (
                <span key={name} className={name === 'failed' ? 'text-danger' : ''}>
                  {label('funnel', name)} {count(step[name] ?? 0)}
                </span>
              ))}
            </span>
          )}
        </span>
        <span className="tnum flex justify-between gap-3 text-sm md:block md:text-right">
          <span>
            {count(step.entered)} <span className="text-xs text-ink-3">{share(step.entered, entered)}</span>
          </span>
          <span className={cx('block text-xs', step.waiting > 0 ? 'text-attention' : 'text-ink-3')}>{t('graph.waiting', { n: count(step.waiting) })}</span>
        </span>
      </button>
    </li>
  );
}
