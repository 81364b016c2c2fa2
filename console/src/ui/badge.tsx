import type { ReactNode } from 'react';

import { cx } from './cx';

export type Tone = 'neutral' | 'accent' | 'attention' | 'danger' | 'ok' | 'wa' | 'sms' | 'note';

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-2',
  accent: 'bg-accent-soft text-accent-soft-ink',
  attention: 'bg-attention-soft text-attention',
  danger: 'bg-danger-soft text-danger',
  ok: 'bg-ok-soft text-ok',
  wa: 'bg-wa-soft text-wa',
  sms: 'bg-sms-soft text-sms',
  note: 'bg-note text-note-ink',
};

export function Badge({ tone = 'neutral', className, children, title }: { tone?: Tone; className?: string; children: ReactNode; title?: string }) {
  return (
    <span
      title={title}
      className={cx('inline-flex h-5 max-w-full shrink-0 items-center gap-1 rounded-full px-2 text-xs whitespace-nowrap [&_svg]:size-3', tones[tone], className)}
    >
      {children}
    </span>
  );
}

/** A coloured point before a word; the word carries the meaning. */
export function Dot({ tone, pulse = false }: { tone: 'ok' | 'attention' | 'danger' | 'neutral' | 'accent'; pulse?: boolean }) {
  const colour = { ok: 'bg-ok', attention: 'bg-attention-mark', danger: 'bg-danger', neutral: 'bg-edge', accent: 'bg-accent' }[tone];
  return (
    <span aria-hidden className="relative inline-block size-2 shrink-0">
      {pulse && <span className={cx('absolute inset-0 animate-ping rounded-full opacity-60', colour)} />}
      <span className={cx('absolute inset-0 rounded-full', colour)} />
    </span>
  );
}
