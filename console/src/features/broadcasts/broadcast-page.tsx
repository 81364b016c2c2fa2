import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ChevronLeft } from 'lucide-react';
import { useState } from 'react';

import type { Broadcast } from '@/lib/api/types';
import { count, fullTime } from '@/lib/format';
import { humanize, t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { Card, PageHead } from '@/ui/page';
import { ProblemBox, SkeletonRows } from '@/ui/states';

import { type Act, acts } from './acts';
import { PreviewCard } from './preview-card';
import { ProgressBar, States } from './progress';
import { useApprove, useBroadcast, usePreview, useTurn } from './queries';
import { Recipients } from './recipients';
import { StateBadge } from './state-badge';
import { StopDialog } from './stop-dialog';

export function BroadcastPage() {
  const { broadcast: id } = useParams({ from: '/app/broadcasts/$broadcast' });
  const { state } = useSearch({ from: '/app/broadcasts/$broadcast' });
  const navigate = useNavigate();
  const { data, error, isPending, refetch } = useBroadcast(id);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-6xl pb-8">
        {isPending ? (
          <div className="p-6">
            <SkeletonRows rows={6} className="h-16" />
          </div>
        ) : !data ? (
          <div className="p-6">
            <ProblemBox error={error} onRetry={() => void refetch()} />
          </div>
        ) : (
          <Detail broadcast={data} state={state} onState={(next) => void navigate({ to: '.', search: (before) => ({ ...before, state: next }), replace: true })} />
        )}
      </div>
    </div>
  );
}

function Detail({ broadcast, state, onState }: { broadcast: Broadcast; state: string | undefined; onState: (state: string | undefined) => void }) {
  const turn = useTurn(broadcast.id);
  const approve = useApprove(broadcast.id);
  const preview = usePreview(broadcast.id);
  const [stopping, setStopping] = useState(false);
  const busy = turn.isPending || approve.isPending || preview.isPending;
  const run = (act: Act): void => {
    if (act === 'stop') setStopping(true);
    else if (act === 'preview') preview.mutate();
    else if (act === 'approve') approve.mutate();
    else turn.mutate({ act });
  };
  return (
    <>
      <PageHead
        before={
          <Link to="/broadcasts" aria-label={t('broadcast.back')} className="-ml-2 grid size-8 place-items-center rounded-md text-ink-2 hover:bg-hover">
            <ChevronLeft aria-hidden className="size-4" />
          </Link>
        }
        title={broadcast.title ?? humanize(broadcast.name)}
        lead={
          <span className="flex flex-wrap items-center gap-2">
            <StateBadge state={broadcast.state} />
            <span className="tnum">{t('broadcasts.recipients', { n: count(broadcast.recipients) })}</span>
            {broadcast.holdout_percent > 0 && <span>{t('broadcast.holdout', { share: `${broadcast.holdout_percent} %` })}</span>}
          </span>
        }
        actions={acts(broadcast.state).map((act) => (
          <Button key={act} busy={busy} tone={act === 'start' || act === 'resume' ? 'primary' : act === 'stop' ? 'danger' : 'plain'} onClick={() => run(act)}>
            {t(`broadcast.act.${act}`)}
          </Button>
        ))}
      />
      <div className="flex flex-col gap-5 px-4 sm:px-6">
        {broadcast.missing.length > 0 && (
          <div role="note" className="rounded-lg border border-line bg-attention-soft p-3.5 text-sm text-attention">
            <p className="font-medium">{t('broadcast.missing')}</p>
            <ul className="mt-1 list-disc pl-5">
              {broadcast.missing.map((one) => (
                <li key={one.item}>{one.remedy}</li>
              ))}
            </ul>
          </div>
        )}
        <Card title={t('broadcast.progress')}>
          <div className="flex flex-col gap-4 p-4">
            <ProgressBar broadcast={broadcast} />
            <p className="tnum text-sm text-ink-2">
              {t('broadcast.reactions', { replied: count(broadcast.progress.replied), opted_out: count(broadcast.progress.opted_out), sent: count(broadcast.progress.sent) })}
              {broadcast.progress.opened + broadcast.progress.clicked + broadcast.progress.clicked_by_machine > 0 && (
                <span className="block">{t('broadcast.links', { opened: count(broadcast.progress.opened), clicked: count(broadcast.progress.clicked), machine: count(broadcast.progress.clicked_by_machine) })}</span>
              )}
            </p>
            <States broadcast={broadcast} chosen={state} onChoose={onState} />
          </div>
        </Card>
        {preview.data && <PreviewCard preview={preview.data} />}
        <section aria-label={t('recipients.title')}>
          <Recipients id={broadcast.id} state={state} />
        </section>
        <Card title={t('broadcast.history')}>
          <ol className="flex flex-col gap-1 p-4 text-sm">
            {broadcast.history.map((one) => (
              <li key={`${one.at}${one.to}`} className="flex flex-wrap gap-x-3">
                <span className="tnum text-ink-3">{fullTime(one.at)}</span>
                <span>{t(`broadcast.state.${one.to}`)}</span>
                <span className="font-mono text-xs leading-5 text-ink-3">{one.by}</span>
                {one.reason && <span className="text-ink-2">{one.reason}</span>}
              </li>
            ))}
          </ol>
        </Card>
        <Card title={t('broadcast.file')}>
          <pre className="overflow-x-auto p-4 font-mono text-xs leading-5" tabIndex={0}>
            {broadcast.source}
          </pre>
        </Card>
      </div>
      {stopping && (
        <StopDialog
          onClose={() => setStopping(false)}
          onStop={(reason) => {
            setStopping(false);
            turn.mutate({ act: 'stop', reason });
          }}
        />
      )}
    </>
  );
}
