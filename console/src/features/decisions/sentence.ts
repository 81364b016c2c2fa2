// The verdict in one sentence, from the record alone.
import type { Decision } from '@/lib/api/types';
import { addressText, fullTime, money, sentence } from '@/lib/format';
import { label, t } from '@/lib/i18n';

/** A reason inside a sentence of ours: moments made readable, small at its beginning as the server wrote it, no full stop. */
function plain(reason: string): string {
  return reason.slice(0, 1) + sentence(reason).slice(1).replace(/\.$/, '');
}

export function verdictSentence(decision: Decision): string {
  const { verdict } = decision;
  switch (verdict.say) {
    case 'send': {
      const how = verdict.form === 'template' ? t('verdict.as_template') : t('verdict.as_free_form');
      const price = decision.price ? (decision.price.amount.micros === 0 ? t('verdict.free') : t('verdict.price', { price: money(decision.price.amount) })) : '';
      return t('verdict.send', { channel: label('channel', verdict.channel), address: addressText(verdict.address), how, price }).trim();
    }
    case 'defer':
      return t('verdict.defer', { until: fullTime(verdict.until), reason: plain(verdict.reason) });
    case 'silent':
      return t('verdict.silent', { reason: plain(verdict.reason) });
    default:
      return '';
  }
}

export function verdictTone(decision: Decision): 'ok' | 'attention' | 'danger' {
  return decision.verdict.say === 'send' ? 'ok' : decision.verdict.say === 'defer' ? 'attention' : 'danger';
}
