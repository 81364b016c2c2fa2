import { RadioTower } from 'lucide-react';

import type { Sender } from '@/lib/api/types';
import { count, phone } from '@/lib/format';
import { humanize, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { Badge, Dot } from '@/ui/badge';
import { ChannelBadge } from '@/ui/channel';
import { Card, Table } from '@/ui/page';
import { Empty } from '@/ui/states';

import { Listed, useList } from './use-list';

export function SendersSection() {
  const senders = useList<Sender>(keys.senders(), '/v1/senders');
  return (
    <Listed query={senders} empty={<Empty icon={<RadioTower aria-hidden />} title={t('senders.empty.title')}>{t('senders.empty.lead')}</Empty>}>
      {(items) => (
        <Card>
          <Table label={t('settings.section.senders')} head={[t('senders.name'), t('senders.channel'), t('senders.status'), t('senders.rate'), t('senders.queued')]}>
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
                <td className="tnum whitespace-nowrap">{t('senders.per_second', { n: sender.per_second })}</td>
                <td className="tnum">{sender.queued === undefined ? '—' : count(sender.queued)}</td>
              </tr>
            ))}
          </Table>
        </Card>
      )}
    </Listed>
  );
}
