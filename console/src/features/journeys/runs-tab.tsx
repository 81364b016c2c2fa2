import { Link } from '@tanstack/react-router';
import { Footprints } from 'lucide-react';
import { useMemo } from 'react';

import type { Journey, Run } from '@/lib/api/types';
import { humanize, t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Select } from '@/ui/field';
import { Table } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';
import { Ago, Countdown } from '@/ui/time';

import { inOrder } from './order';
import { useRuns } from './queries';

interface Props {
  journey: Journey;
  step: string | undefined;
  status: string | undefined;
  onFilter: (change: { step?: string; status?: string }) => void;
}

export function RunsTab({ journey, step, status, onFilter }: Props) {
  const runs = useRuns(journey.name, { step, status });
  const items = useMemo(() => runs.data?.pages.flatMap((page) => page.items) ?? [], [runs.data]);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-5xl px-4 py-5 sm:px-6">
        <div className="mb-4 flex flex-wrap gap-3">
          <Select aria-label={t('runs.status')} className="w-auto!" value={status ?? ''} onChange={(event) => onFilter({ status: event.target.value || undefined })}>
            <option value="">{t('runs.any_status')}</option>
            {(['active', 'completed', 'exited', 'failed'] as const).map((option) => (
              <option key={option} value={option}>
                {t(`run.${option}`)}
              </option>
            ))}
          </Select>
          <Select aria-label={t('runs.step')} className="w-auto!" value={step ?? ''} onChange={(event) => onFilter({ step: event.target.value || undefined })}>
            <option value="">{t('runs.any_step')}</option>
            {inOrder(journey.graph, journey.start ?? undefined).map((node) => (
              <option key={node.id} value={node.id}>
                {humanize(node.label || node.id)}
              </option>
            ))}
          </Select>
        </div>
        {runs.isPending ? (
          <SkeletonRows rows={8} className="h-10" />
        ) : runs.isError && items.length === 0 ? (
          <ProblemBox error={runs.error} onRetry={() => void runs.refetch()} />
        ) : items.length === 0 ? (
          <Empty icon={<Footprints aria-hidden />} title={t('runs.none.title')}>
            {step || status ? t('runs.none.filtered') : t('runs.none.lead', { event: humanize(journey.entry?.on ?? '') })}
          </Empty>
        ) : (
          <div className="rounded-lg border border-line bg-surface shadow-1">
            <Table stacked label={t('journey.tab.runs')} head={[t('runs.contact'), t('runs.key'), t('runs.where'), t('runs.state'), t('runs.when')]}>
              {items.map((run) => (
                <Row key={run.id} run={run} />
              ))}
            </Table>
          </div>
        )}
        {runs.hasNextPage && (
          <Button className="mt-4" busy={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>
            {t('action.more')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Row({ run }: { run: Run }) {
  return (
    <tr className="hover:bg-hover/50">
      <td>
        <Link to="/contacts/$contact" params={{ contact: run.contact }} className="font-medium whitespace-nowrap hover:underline">
          {run.contact_name ?? `…${run.contact.slice(-6)}`}
        </Link>
      </td>
      <td className="max-w-40 truncate font-mono text-xs text-ink-2">{run.instance_key}</td>
      <td className="whitespace-nowrap">{humanize(run.step)}</td>
      <td>
        <span className="flex items-center gap-1.5">
          <Badge tone={run.status === 'active' ? 'accent' : run.status === 'failed' ? 'danger' : 'neutral'}>{run.status === 'active' ? t('run.active') : run.result ? humanize(run.result) : t(`run.${run.status}`)}</Badge>
          {run.goal_at && <Badge tone="ok">{t('runs.goal')}</Badge>}
        </span>
      </td>
      <td className="text-ink-2">
        {run.status === 'active' && run.due_at ? (
          <>
            {t('runs.next')} <Countdown at={run.due_at} over={(text) => t('panel.timer_due', { span: text })} />
          </>
        ) : (
          <Ago at={run.ended_at ?? run.entered_at} />
        )}
      </td>
    </tr>
  );
}
