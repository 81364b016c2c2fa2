import type { Funnel, Graph } from '@/lib/api/types';
import { count } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

import { kindColour, KindIcon } from './kinds';
import { inOrder, wordsOf } from './order';

/** The journey as a list: each step, and where each of its ways leads. */
export function Outline({ graph, start, funnel, onStep }: { graph: Graph; start: string | undefined; funnel: Funnel | undefined; onStep: (step: string) => void }) {
  const steps = new Map(funnel?.steps.map((step) => [step.step, step]));
  return (
    <div className="min-h-0 flex-1 overflow-y-auto border-t border-line" tabIndex={0} role="region" aria-label={t('graph.outline')}>
      <ol className="mx-auto flex max-w-3xl flex-col gap-2.5 px-4 pt-14 pb-8 sm:px-6">
        {inOrder(graph, start).map((node) => {
          const counts = steps.get(node.id);
          const ways = graph.edges.filter((edge) => edge.from === node.id);
          return (
            <li key={node.id} id={`step-${node.id}`} className="rounded-lg border border-line bg-surface p-3.5 shadow-1">
              <div className="flex items-start gap-3">
                <span className={cx('grid size-7 shrink-0 place-items-center rounded-md', kindColour(node.kind))}>
                  <KindIcon kind={node.kind} />
                </span>
                <div className="min-w-0 flex-1">
                  <h3 className="text-base font-medium">{humanize(node.label || node.id)}</h3>
                  <p className="text-xs text-ink-3">
                    {label('kind', node.kind)}
                    {node.detail && ` · ${node.detail}`}
                  </p>
                </div>
                <button type="button" onClick={() => onStep(node.id)} className="tnum rounded-md px-2 py-1 text-right text-xs text-ink-2 hover:bg-hover">
                  {t('graph.entered', { n: count(counts?.entered ?? 0) })} · <span className={cx((counts?.waiting ?? 0) > 0 && 'font-medium text-accent')}>{t('graph.waiting', { n: count(counts?.waiting ?? 0) })}</span>
                </button>
              </div>
              {ways.length > 0 && (
                <ul className="mt-2 flex flex-col pl-10 text-sm">
                  {ways.map((way, index) => (
                    <li key={index} className="flex flex-wrap items-center gap-x-2">
                      <span className={cx(way.kind === 'fallback' || way.kind === 'timeout' ? 'text-attention' : 'text-ink-3')}>{wordsOf(way) ? humanize(wordsOf(way)) : label('edge', way.kind)}</span>
                      <a href={`#step-${way.to}`} className="inline-flex min-h-6 items-center text-accent hover:underline">
                        → {humanize(way.to)}
                      </a>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
