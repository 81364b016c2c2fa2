import { Plus, RadioTower } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import type { Sender } from '@/lib/api/types';
import { count, phone } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { Badge, Dot } from '@/ui/badge';
import { Button } from '@/ui/button';
import { ChannelBadge } from '@/ui/channel';
import { Card, Table } from '@/ui/page';
import { Empty } from '@/ui/states';

import { ExamineButton, Found, useExamination } from './examination';
import { isKind } from './sender-kinds';
import { Listed, useList } from './use-list';

const ConnectSender = lazy(() => import('./connect-sender').then((module) => ({ default: module.ConnectSender })));
const EditSender = lazy(() => import('./edit-sender').then((module) => ({ default: module.EditSender })));
const NumberProfile = lazy(() => import('./number-profile').then((module) => ({ default: module.NumberProfile })));

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
  const [connecting, setConnecting] = useState(false);
  const [shown, setShown] = useState<Sender | null>(null);
  const [edited, setEdited] = useState<Sender | null>(null);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex justify-end">
        <Button size="sm" onClick={() => setConnecting(true)}>
          <Plus aria-hidden /> {t('senders.connect')}
        </Button>
      </div>
      <Suspense fallback={null}>
        {connecting && <ConnectSender onClose={() => setConnecting(false)} />}
        {edited && <EditSender key={edited.id} sender={edited} onClose={() => setEdited(null)} />}
        {shown && <NumberProfile sender={shown} onClose={() => setShown(null)} />}
      </Suspense>
      <Listed query={senders} empty={<Empty icon={<RadioTower aria-hidden />} title={t('senders.empty.title')}>{t('senders.empty.lead')}</Empty>}>
        {(items) => (
          <Card>
            <Table stacked label={t('settings.section.senders')} head={[t('senders.name'), t('senders.channel'), t('senders.status'), t('senders.health'), t('senders.rate'), t('senders.queued'), t('senders.setup')]}>
              {items.map((sender) => (
                <SenderRow key={sender.id} sender={sender} onEdit={() => setEdited(sender)} onProfile={() => setShown(sender)} />
              ))}
            </Table>
          </Card>
        )}
      </Listed>
    </div>
  );
}

const COLUMNS = 7;

/** A sender, and below it over the whole width what its examination found. */
function SenderRow({ sender, onEdit, onProfile }: { sender: Sender; onEdit: () => void; onProfile: () => void }) {
  const examine = useExamination(sender);
  return (
    <>
      <tr className={examine.data && 'border-0!'}>
        <td>
          <span className="block font-medium">{sender.name}</span>
          <span className="tnum block text-xs whitespace-nowrap text-ink-3">{phone(sender.address)}</span>
        </td>
        <td>
          <ChannelBadge channel={sender.channel} />
          {sender.provider && <span className="mt-1 block text-xs text-ink-3">{label('senders.provider', sender.provider)}</span>}
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
        <td className={sender.health ? undefined : 'max-md:hidden!'}>
          <Health health={sender.health ?? undefined} />
        </td>
        <td className="tnum whitespace-nowrap">{t('senders.per_second', { n: sender.per_second })}</td>
        <td className="tnum">
          {sender.queued === undefined ? '—' : count(sender.queued)} <span className="md:hidden">{t('senders.queued_short')}</span>
        </td>
        <td>
          <div className="flex flex-wrap items-start gap-1.5 max-md:-ml-2 md:flex-col">
            {isKind(sender.provider) && (
              <Button size="sm" tone="quiet" aria-label={t('senders.edit_of', { name: sender.name })} onClick={onEdit}>
                {t('senders.edit')}
              </Button>
            )}
            {sender.channel === 'whatsapp' && (
              <Button size="sm" tone="quiet" aria-label={t('senders.profile_of', { name: sender.name })} onClick={onProfile}>
                {t('senders.profile')}
              </Button>
            )}
            <ExamineButton sender={sender} busy={examine.isPending} onClick={() => examine.mutate()} />
          </div>
        </td>
      </tr>
      {examine.data && (
        <tr>
          <td colSpan={COLUMNS}>
            <Found examination={examine.data} />
          </td>
        </tr>
      )}
    </>
  );
}
