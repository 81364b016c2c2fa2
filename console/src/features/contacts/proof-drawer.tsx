import { Quote, ShieldAlert, ShieldCheck } from 'lucide-react';

import type { Consent, LedgerEntry } from '@/lib/api/types';
import { addressText, fullTime } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { CopyButton } from '@/ui/copy';
import { Dialog } from '@/ui/dialog';
import { Definition } from '@/ui/page';

import { useUserName } from '../session/queries';
import { scopeText } from './event-text';
import { useWordings } from './queries';

/** Everything needed to show that a person said yes (or no): the words, the act, who, when, where from, and the chain. */
export function ProofDrawer({ entry, chain, onClose }: { entry: LedgerEntry; chain: Consent['chain']; onClose: () => void }) {
  const wording = useWordings().find((known) => known.hash === entry.wording);
  const userName = useUserName();
  const actor = entry.actor.startsWith('user:') ? userName(entry.actor.slice(5)) : label('actor', entry.actor);
  // An entry before the broken link is still proved; the ones from there on are not.
  const proved = chain.ok || (chain.broken_at != null && entry.seq < chain.broken_at);
  return (
    <Dialog
      open
      kind="drawer"
      onClose={onClose}
      title={
        <span className="flex items-center gap-2.5">
          {t('proof.title', { seq: entry.seq })}
          <Badge tone={entry.state === 'opted_in' ? 'ok' : 'danger'}>{t(`consent.${entry.state}`)}</Badge>
        </span>
      }
      description={`${scopeText(entry)} · ${addressText(entry.address)}`}
    >
      <section className="mb-5">
        <h3 className="mb-1.5 text-xs font-medium text-ink-3">{t('proof.wording')}</h3>
        {wording ? (
          <blockquote className="rounded-lg bg-sunken px-4 py-3">
            <p className="flex gap-2">
              <Quote aria-hidden className="mt-1 size-3.5 shrink-0 text-ink-3" />
              <span className="whitespace-pre-wrap">{wording.text}</span>
            </p>
            <footer className="mt-2 text-xs text-ink-3">{t('proof.wording_meta', { point: wording.capture_point, version: wording.version, language: wording.language })}</footer>
          </blockquote>
        ) : (
          <p className="text-sm text-ink-2">{entry.wording ? t('proof.wording_unknown') : t('proof.wording_none')}</p>
        )}
      </section>
      <dl>
        <Definition term={t('proof.act')}>{label('act', entry.act)}</Definition>
        <Definition term={t('proof.actor')}>{actor || entry.actor}</Definition>
        <Definition term={t('proof.at')}>{fullTime(entry.at)}</Definition>
        <Definition term={t('proof.recorded')}>{fullTime(entry.recorded_at)}</Definition>
        <Definition term={t('proof.source')}>{entry.source}</Definition>
        {entry.ip && <Definition term={t('proof.ip')}>{entry.ip}</Definition>}
        {entry.user_agent && <Definition term={t('proof.user_agent')}>{entry.user_agent}</Definition>}
        {entry.evidence && <Definition term={t('proof.evidence')}>{entry.evidence}</Definition>}
      </dl>
      <section className="mt-5 rounded-lg border border-line p-3.5">
        <h3 className={`flex items-center gap-2 text-sm font-medium ${proved ? 'text-ok' : 'text-danger'}`}>
          {proved ? <ShieldCheck aria-hidden className="size-4" /> : <ShieldAlert aria-hidden className="size-4" />}
          {proved ? t('proof.chain_ok') : t('proof.chain_broken')}
        </h3>
        <p className="mt-1 text-sm text-ink-2">{t('proof.chain_lead')}</p>
        {(['prev_hash', 'hash'] as const).map((name) => (
          <div key={name} className="mt-2.5">
            <p className="flex items-center justify-between text-xs text-ink-3">
              {t(`proof.${name}`)} <CopyButton text={entry[name]} />
            </p>
            <code className="block font-mono text-xs break-all">{entry[name]}</code>
          </div>
        ))}
      </section>
    </Dialog>
  );
}
