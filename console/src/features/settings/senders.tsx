import { RadioTower } from 'lucide-react';

import type { Sender } from '@/lib/api/types';
import { count, phone } from '@/lib/format';
import { humanize, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { Badge, Dot } from '@/ui/badge';
import { ChannelBadge } from '@/ui/channel';
import { Card, Table } from '@/ui/page';
import { Empty } from '@/ui/states';

import { ExaminationOf } from './examination';
import { Listed, useList } from './use-list';

type Standing = NonNullable<Sender['health']>;

/** What Meta calls its ratings, and what people call them. */
const QUALITY: Record<string, { tone: 'ok' | 'attention' | 'danger'; label: 'senders.quality.green' | 'senders.quality.yellow' | 'senders.quality.red' }> = {
  GREEN: { tone: 'ok', label: 'senders.quality.green' },
  YELLOW: { tone: 'attention', label: 'senders.quality.yellow' },
  RED: { tone: 'danger', label: 'senders.quality.red' },
};

/** How many different people a day: `TIER_2K` is 2,000. */
function people(limit: string) {
  const tier = limit.replace('TIER_', '');
  if (tier === 'UNLIMITED') return t('senders.people.unlimited');
  const number = tier.endsWith('K') ? Number(tier.slice(0, -1)) * 1000 : Number(tier);
  return Number.isFinite(number) && number > 0 ? t('senders.people', { n: count(number) }) : humanize(tier);
}

function Health({ health }: { health?: Standing }) {
  if (!health) return <span className="text-ink-3">—</span>;
  const quality = health.quality ? QUALITY[health.quality] : undefined;
  return (
    <div className="max-w-64 space-y-1 text-xs text-ink-2">
      {quality && (
        <Badge tone={quality.tone}>
          <Dot tone={quality.tone} /> {t(quality.label)}
        </Badge>
      )}
      {health.messaging_limit && <span className="tnum block">{people(health.messaging_limit)}</span>}
      {health.name_status && health.name_status !== 'APPROVED' && (
        <span className="block">{t('senders.name_status', { status: humanize(health.name_status.toLowerCase()) })}</span>
      )}
      {health.problems.map((problem) => (
        <span key={problem} className="block text-danger">
          {problem}
        </span>
      ))}
    </div>
  );
}

export function SendersSection() {
  const senders = useList<Sender>(keys.senders(), '/v1/senders');
  return (
    <Listed query={senders} empty={<Empty icon={<RadioTower aria-hidden />} title={t('senders.empty.title')}>{t('senders.empty.lead')}</Empty>}>
      {(items) => (
        <Card>
          <Table label={t('settings.section.senders')} head={[t('senders.name'), t('senders.channel'), t('senders.status'), t('senders.health'), t('senders.rate'), t('senders.queued'), t('senders.setup')]}>
            {items.map((sender) => (
              <tr key={sender.id}>
                <td>
                  <span className="block font-medium">{sender.name}</span>
                  <span className="tnum block text-xs text-ink-3">{phone(sender.address)}</span>
                </td>
                <td>
                  <ChannelBadge channel={sender.channel} />
                  {sender.provider && <span className="mt-1 block text-xs text-ink-3">{humanize(sender.provider)}</span>}
                </td>
                <td>
                  {sender.status.state === 'active' ? (
                    <Badge tone="ok">
                      <Dot tone="ok" /> {t('senders.active')}
                    </Badge>
                  ) : (
                    <>
                      <Badge tone="danger">
                        <Dot tone="danger" /> {t('senders.paused')}
                      </Badge>
                      <span className="mt-1 block max-w-64 text-xs text-ink-2">{sender.status.reason}</span>
                    </>
                  )}
                </td>
                <td>
                  <Health health={sender.health ?? undefined} />
                </td>
                <td className="tnum whitespace-nowrap">{t('senders.per_second', { n: sender.per_second })}</td>
                <td className="tnum">{sender.queued === undefined ? '—' : count(sender.queued)}</td>
                <td>
                  <ExaminationOf sender={sender} />
                </td>
              </tr>
            ))}
          </Table>
        </Card>
      )}
    </Listed>
  );
}
