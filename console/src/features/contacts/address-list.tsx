import { BadgeCheck } from 'lucide-react';

import type { Address, Channel, Reach } from '@/lib/api/types';
import { addressText, fullTime } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { Dot } from '@/ui/badge';
import { ChannelIcon, channelName } from '@/ui/channel';
import { CopyButton } from '@/ui/copy';
import { cx } from '@/ui/cx';

const tones = { reachable: 'ok', unreachable: 'attention', suppressed: 'danger' } as const;

/** Every way to a person, and what sending to it taught us. */
export function AddressList({ addresses, compact = false }: { addresses: Address[]; compact?: boolean }) {
  return (
    <ul className={cx('flex flex-col', compact ? 'mt-1.5 gap-1' : 'divide-y divide-line')}>
      {addresses.map((address) => (
        <li key={`${address.kind}:${address.value}`} className={cx('flex flex-wrap items-center gap-x-2', !compact && 'px-4 py-2')}>
          <span className={cx('tnum min-w-0 truncate', address.kind === 'bsuid' || address.kind === 'external' ? 'font-mono text-xs' : '')}>{addressText(address)}</span>
          {address.verified && (
            <span title={t('address.verified')} className="text-ok">
              <BadgeCheck aria-hidden className="size-3.5" />
              <span className="sr-only">{t('address.verified')}</span>
            </span>
          )}
          {!compact && <CopyButton text={address.value} />}
          <span className="ml-auto flex items-center gap-2.5 text-xs text-ink-3">
            {!compact && label('address.kind', address.kind)}
            {Object.entries(address.reach ?? {}).map(([channel, reach]) => (
              <ReachMark key={channel} channel={channel as Channel} reach={reach} compact={compact} />
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function ReachMark({ channel, reach, compact }: { channel: Channel; reach: Reach; compact: boolean }) {
  const text = t(`reach.${reach.state}`);
  const detail = reach.state === 'reachable' ? '' : `: ${reach.reason}`;
  return (
    <span className="inline-flex items-center gap-1" title={`${channelName(channel)} · ${text}${detail} · ${fullTime(reach.since)}`}>
      <ChannelIcon channel={channel} />
      <Dot tone={tones[reach.state]} />
      <span className={compact ? 'sr-only' : ''}>{text}</span>
    </span>
  );
}
