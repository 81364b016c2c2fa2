import { AlertTriangle, Check, CheckCheck, CircleHelp, Clock3, Send } from 'lucide-react';

import type { MessageStatus } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

const icons = {
  queued: Clock3,
  sending: Send,
  in_doubt: CircleHelp,
  accepted: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: AlertTriangle,
  cancelled: null,
  expired: null,
  received: null,
} as const;

/** One tick accepted, two delivered, two coloured read; the word is always there for those who do not see colour. */
export function Ticks({ status }: { status: MessageStatus }) {
  const Icon = icons[status];
  if (!Icon) return null;
  return (
    <span title={t(`message.status.${status}`)} className={cx('inline-flex', status === 'read' && 'text-accent', status === 'failed' && 'text-danger', status === 'in_doubt' && 'text-attention')}>
      <Icon aria-hidden className="size-3.5" strokeWidth={2.2} />
      <span className="sr-only">{t(`message.status.${status}`)}</span>
    </span>
  );
}
