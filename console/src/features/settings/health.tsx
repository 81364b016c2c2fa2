import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { HeartPulse } from 'lucide-react';

import { api } from '@/lib/api/client';
import type { Alarms, Latency, Status } from '@/lib/api/types';
import { count } from '@/lib/format';
import { t, tn } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { Card, Table } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';

/** How quickly events become messages, and who gets too many of what no cap holds back. */
export function HealthSection() {
  const status = useQuery({ queryKey: ['status'], queryFn: ({ signal }) => api.get<Status>('/v1/status', {}, signal), refetchInterval: 15_000 });
  const alarms = useQuery({ queryKey: keys.alarms(), queryFn: ({ signal }) => api.get<Alarms>('/v1/alarms', {}, signal) });
  if (status.isPending || alarms.isPending) return <SkeletonRows rows={6} className="h-12" />;
  if (status.isError && !status.data) return <ProblemBox error={status.error} onRetry={() => void status.refetch()} />;
  if (alarms.isError && !alarms.data) return <ProblemBox error={alarms.error} onRetry={() => void alarms.refetch()} />;
  return (
    <div className="flex flex-col gap-4">
      {status.data?.latency && <Delay latency={status.data.latency} />}
      {alarms.data && <AlarmCard alarms={alarms.data} />}
    </div>
  );
}

function Delay({ latency }: { latency: Latency }) {
  const figures = [
    [t('health.p50'), latency.p50_ms],
    [t('health.p99'), latency.p99_ms],
    [t('health.slowest'), latency.slowest_ms],
  ] as const;
  return (
    <Card title={t('health.delay')}>
      <div className="px-4 py-3 text-sm">
        {latency.messages === 0 ? (
          <p className="text-ink-2">{t('health.quiet', { minutes: latency.minutes })}</p>
        ) : (
          <>
            <dl className="flex flex-wrap gap-x-8 gap-y-2">
              {figures.map(([name, ms]) => (
                <div key={name}>
                  <dt className="text-xs text-ink-3">{name}</dt>
                  <dd className="tnum font-medium">{t('health.ms', { ms: count(ms) })}</dd>
                </div>
              ))}
            </dl>
            <p className={latency.over_target > 0 ? 'mt-2 text-danger' : 'mt-2 text-ink-2'}>
              {tn('health.messages', latency.messages, { minutes: latency.minutes, over: count(latency.over_target), target: count(latency.target_ms) })}
            </p>
          </>
        )}
      </div>
    </Card>
  );
}

function AlarmCard({ alarms }: { alarms: Alarms }) {
  if (alarms.items.length === 0) {
    return (
      <Empty icon={<HeartPulse aria-hidden />} title={t('health.alarms.empty.title')}>
        {t('health.alarms.empty.lead')}
      </Empty>
    );
  }
  return (
    <Card title={t('health.alarms')}>
      <p className="px-4 pt-3 text-sm text-ink-2">{t('health.alarms.lead')}</p>
      <Table label={t('health.alarms')} head={[t('health.alarms.day'), t('health.alarms.contact'), t('health.alarms.alarm'), t('health.alarms.times')]}>
        {alarms.items.map((alarm) => (
          <tr key={`${alarm.day}${alarm.contact}${alarm.alarm}`}>
            <td className="tnum whitespace-nowrap">{alarm.day}</td>
            <td>
              <Link to="/contacts/$contact" params={{ contact: alarm.contact }} title={alarm.contact} className="block max-w-32 truncate text-accent hover:underline">
                {alarm.contact}
              </Link>
            </td>
            <td>{alarm.alarm}</td>
            <td className="tnum">{alarm.times}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
