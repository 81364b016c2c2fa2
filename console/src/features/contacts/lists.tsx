import { Link } from '@tanstack/react-router';
import { MessagesSquare, Waypoints } from 'lucide-react';

import type { Message } from '@/lib/api/types';
import { money } from '@/lib/format';
import { humanize, t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { ChannelIcon } from '@/ui/channel';
import { Card } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';
import { Ago, Countdown, ListTime } from '@/ui/time';

import { ContentView, ReceivedView } from '../inbox/content-view';
import { useContactMessages, useContactRuns } from './queries';

export function MessagesTab({ contact }: { contact: string }) {
  const { data, error, isPending, refetch } = useContactMessages(contact);
  if (isPending) return <SkeletonRows rows={6} className="h-14" />;
  if (error && !data) return <ProblemBox error={error} onRetry={() => void refetch()} />;
  if (!data || data.length === 0) {
    return (
      <Empty icon={<MessagesSquare aria-hidden />} title={t('messages.empty.title')}>
        {t('messages.empty.lead')}
      </Empty>
    );
  }
  return (
    <Card>
      <ul className="divide-y divide-line">
        {data.map((message) => (
          <Row key={message.id} message={message} />
        ))}
      </ul>
    </Card>
  );
}

function Row({ message }: { message: Message }) {
  return (
    <li className="flex gap-3 px-4 py-3 text-sm">
      <span className="pt-0.5">
        <ChannelIcon channel={message.channel} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="mb-0.5 flex flex-wrap items-center gap-x-2 text-xs text-ink-3">
          {message.direction === 'in' ? t('messages.in') : t('messages.out', { origin: message.origin.by === 'journey' ? humanize(message.origin.journey) : t(`origin.${message.origin.by}`) })}
          {message.price && <span className="tnum">{money(message.price)}</span>}
        </p>
        {message.content ? <ContentView content={message.content} /> : message.received ? <ReceivedView received={message.received} /> : null}
        {message.error && <p className="mt-1 text-xs text-danger">{message.error.for_user}</p>}
      </div>
      <div className="flex shrink-0 flex-col items-end gap-1">
        <Badge tone={message.status === 'failed' ? 'danger' : message.status === 'read' ? 'accent' : 'neutral'}>{t(`message.status.${message.status}`)}</Badge>
        <ListTime at={message.created_at} className="text-xs text-ink-3" />
        {message.decision && (
          <Link to="." search={(before) => ({ ...before, why: message.decision ?? undefined })} className="text-xs text-accent underline underline-offset-2">
            {t('why.link')}
          </Link>
        )}
      </div>
    </li>
  );
}

export function RunsTab({ contact }: { contact: string }) {
  const { data, error, isPending, refetch } = useContactRuns(contact);
  if (isPending) return <SkeletonRows rows={4} className="h-14" />;
  if (error && !data) return <ProblemBox error={error} onRetry={() => void refetch()} />;
  if (!data || data.length === 0) {
    return (
      <Empty icon={<Waypoints aria-hidden />} title={t('runs.empty.title')}>
        {t('runs.empty.lead')}
      </Empty>
    );
  }
  return (
    <Card>
      <ul className="divide-y divide-line text-sm">
        {data.map((run) => (
          <li key={run.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3">
            <div className="min-w-0 flex-1 basis-52">
              <Link to="/journeys/$name" params={{ name: run.journey }} className="font-medium hover:underline">
                {run.title ?? humanize(run.journey)}
              </Link>
              <p className="truncate text-xs text-ink-3">
                {run.instance_key} · {humanize(run.step)}
              </p>
            </div>
            {run.goal_at && <Badge tone="ok">{t('runs.goal')}</Badge>}
            <Badge tone={run.status === 'active' ? 'accent' : run.status === 'failed' ? 'danger' : 'neutral'}>{run.status === 'active' ? t('run.active') : (run.result ? humanize(run.result) : t(`run.${run.status}`))}</Badge>
            <span className="w-24 text-right text-xs text-ink-3">
              {run.status === 'active' && run.due_at ? <Countdown at={run.due_at} over={(text) => t('panel.timer_due', { span: text })} /> : <Ago at={run.ended_at ?? run.entered_at} />}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
