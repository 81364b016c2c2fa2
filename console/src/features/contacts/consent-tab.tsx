import { Link2, Plus, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useState } from 'react';

import type { Consent, ConsentScope, Contact, LedgerEntry } from '@/lib/api/types';
import { addressText, fullTime } from '@/lib/format';
import { label, t, tn } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { ChannelIcon, channelName } from '@/ui/channel';
import { cx } from '@/ui/cx';
import { Card } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';
import { ListTime } from '@/ui/time';

import { ConsentForm } from './consent-form';
import { matrix, purposes } from './consent-matrix';
import { scopeText } from './event-text';
import { ProofDrawer } from './proof-drawer';
import { useConsent } from './queries';

export function ConsentTab({ contact, entry, onEntry }: { contact: Contact; entry: string | undefined; onEntry: (id: string | undefined) => void }) {
  const { data: consent, error, isPending, refetch } = useConsent(contact.id);
  const [recording, setRecording] = useState(false);
  if (isPending) return <SkeletonRows rows={6} className="h-11" />;
  if (error && !consent) return <ProblemBox error={error} onRetry={() => void refetch()} />;
  if (!consent) return null;
  const opened = consent.ledger.find((item) => item.id === entry);
  return (
    <div className="flex flex-col gap-5">
      {(consent.chain.length > 0 || !consent.chain.ok) && <Chain chain={consent.chain} />}
      <Card
        title={t('consent.matrix')}
        action={
          <Button size="sm" onClick={() => setRecording(true)}>
            <Plus aria-hidden /> {t('consent.record')}
          </Button>
        }
      >
        <Matrix contact={contact} consent={consent} onEntry={onEntry} />
      </Card>
      <Card title={t('consent.ledger')}>
        {consent.ledger.length === 0 ? <Empty title={t('consent.empty.title')}>{t('consent.empty.lead')}</Empty> : <Ledger entries={consent.ledger} onEntry={onEntry} />}
      </Card>
      {opened && <ProofDrawer entry={opened} chain={consent.chain} onClose={() => onEntry(undefined)} />}
      {recording && <ConsentForm contact={contact} onClose={() => setRecording(false)} />}
    </div>
  );
}

function Chain({ chain }: { chain: Consent['chain'] }) {
  return (
    <p className={cx('flex flex-wrap items-center gap-x-2.5 gap-y-1 rounded-lg px-4 py-2.5 text-sm', chain.ok ? 'bg-ok-soft text-ok' : 'bg-danger-soft text-danger')}>
      {chain.ok ? <ShieldCheck aria-hidden className="size-4" /> : <ShieldAlert aria-hidden className="size-4" />}
      <span className="font-medium">{chain.ok ? tn('consent.chain_ok', chain.length) : (chain.detail ?? t('consent.chain_broken', { at: chain.broken_at ?? '?' }))}</span>
      <span className="ml-auto flex items-center gap-1.5 font-mono text-xs" title={chain.head ?? undefined}>
        <Link2 aria-hidden className="size-3.5" /> {chain.head ? `${chain.head.slice(0, 16)}…` : '—'}
      </span>
    </p>
  );
}

function Matrix({ contact, consent, onEntry }: { contact: Contact; consent: Consent; onEntry: (id: string) => void }) {
  const rows = matrix(contact.addresses, consent.state);
  const topics = consent.state.filter((scope) => scope.topic);
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={t('consent.matrix')}>
      <table className="w-full min-w-[40rem] border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-left text-xs text-ink-3">
            <th scope="col" className="px-4 py-2 font-medium">
              {t('consent.address')}
            </th>
            {purposes.map((purpose) => (
              <th key={purpose} scope="col" className="px-2 py-2 font-medium">
                {t(`purpose.${purpose}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.address.value}${row.channel}`} className="border-b border-line last:border-0">
              <th scope="row" className="px-4 py-2.5 text-left font-normal">
                <span className="flex items-center gap-2">
                  <ChannelIcon channel={row.channel} named={false} />
                  <span>
                    {channelName(row.channel)}
                    <span className="tnum block text-xs text-ink-3">{addressText(row.address)}</span>
                  </span>
                </span>
              </th>
              {row.cells.map((scope, index) => (
                <td key={purposes[index]} className="px-2 py-2">
                  <Cell scope={scope} purpose={purposes[index] ?? 'service'} onEntry={onEntry} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {topics.length > 0 && (
        <ul className="flex flex-wrap gap-2 border-t border-line px-4 py-2.5">
          {topics.map((scope) => (
            <li key={scope.entry}>
              <button type="button" onClick={() => onEntry(scope.entry)}>
                <Badge tone={scope.state === 'opted_in' ? 'ok' : 'danger'}>
                  {scopeText(scope)}: {t(`consent.${scope.state}`)}
                </Badge>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Cell({ scope, purpose, onEntry }: { scope: ConsentScope | null; purpose: string; onEntry: (id: string) => void }) {
  if (!scope) return <span className="px-2 text-xs text-ink-3">{purpose === 'promotional' ? t('consent.none_denied') : t('consent.none')}</span>;
  const yes = scope.state === 'opted_in';
  return (
    <button type="button" onClick={() => onEntry(scope.entry)} title={t('consent.show_proof')} className={cx('rounded-md px-2 py-1 text-left text-xs hover:bg-hover', yes ? 'text-ok' : 'text-danger')}>
      <span className="block font-medium">{t(`consent.${scope.state}`)}</span>
      <ListTime at={scope.since} className="text-ink-3" />
    </button>
  );
}

function Ledger({ entries, onEntry }: { entries: LedgerEntry[]; onEntry: (id: string) => void }) {
  return (
    <ol className="divide-y divide-line">
      {entries.toReversed().map((entry) => (
        <li key={entry.id}>
          <button type="button" onClick={() => onEntry(entry.id)} className="focus-inset flex w-full flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-2.5 text-left text-sm hover:bg-hover/60">
            <span className="tnum w-6 shrink-0 text-xs text-ink-3">{entry.seq}</span>
            <Badge tone={entry.state === 'opted_in' ? 'ok' : 'danger'}>{t(`consent.${entry.state}`)}</Badge>
            <span className="min-w-0 flex-1 basis-40 truncate">{scopeText(entry)}</span>
            <span className="text-ink-2">{label('act', entry.act)}</span>
            <time dateTime={entry.at} className="tnum text-xs text-ink-3">
              {fullTime(entry.at)}
            </time>
          </button>
        </li>
      ))}
    </ol>
  );
}
