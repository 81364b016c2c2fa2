import { Clock3, LockKeyhole } from 'lucide-react';

import type { ComposerChannel, Price } from '@/lib/api/types';
import { useNow } from '@/lib/clock';
import { money } from '@/lib/format';
import { t } from '@/lib/i18n';
import { cx } from '@/ui/cx';
import { Countdown } from '@/ui/time';

import { windowState } from './composer-state';

/** How long free text may still be sent. */
export function WindowClock({ channel }: { channel: ComposerChannel }) {
  const now = useNow();
  const state = windowState(channel, now);
  if (state.kind === 'none') return null;
  if (state.kind === 'closed') {
    return (
      <span className="flex items-center gap-1 text-attention" title={t('window.closed_title')}>
        <LockKeyhole aria-hidden className="size-3.5" /> {t('window.closed')}
      </span>
    );
  }
  const soon = state.kind === 'open' && Date.parse(state.closesAt) - now < 7_200_000;
  return (
    <span className={cx('flex items-center gap-1', soon ? 'font-medium text-attention' : 'text-ink-2')} title={t('window.open_title')}>
      <Clock3 aria-hidden className="size-3.5" />
      {state.kind === 'open' ? <Countdown at={state.closesAt} /> : t('window.open')}
    </span>
  );
}

/** What sending it will cost, as far as the rate table knows. */
export function PriceTag({ price }: { price: Price | null }) {
  if (!price) return null;
  const free = price.amount.micros === 0;
  return (
    <span className={cx('tnum rounded-full px-1.5 py-px', free ? 'bg-ok-soft text-ok' : 'bg-sunken text-ink-2')} title={t('price.title', { category: price.category, rate: price.rate })}>
      {free ? t('price.free') : money(price.amount)}
    </span>
  );
}
