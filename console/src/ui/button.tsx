import type { ComponentProps, ReactNode } from 'react';

import { cx } from './cx';
import { Tip } from './tooltip';

type Tone = 'primary' | 'plain' | 'quiet' | 'danger';
type Size = 'sm' | 'md';

const tones: Record<Tone, string> = {
  primary: 'bg-accent text-accent-ink hover:bg-accent-strong shadow-1 font-medium',
  plain: 'bg-raised text-ink border border-line-strong hover:bg-hover shadow-1',
  quiet: 'text-ink-2 hover:bg-hover hover:text-ink',
  danger: 'bg-raised text-danger border border-line-strong hover:bg-danger-soft shadow-1',
};

const sizes: Record<Size, string> = { sm: 'h-7 px-2 text-sm gap-1.5 rounded-md', md: 'h-8.5 px-3 text-sm gap-2 rounded-md' };

export interface ButtonProps extends ComponentProps<'button'> {
  tone?: Tone;
  size?: Size;
  busy?: boolean;
}

export function Button({ tone = 'plain', size = 'md', busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      className={cx(
        'inline-flex shrink-0 items-center justify-center whitespace-nowrap transition-colors select-none disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
        tones[tone],
        sizes[size],
        className,
      )}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  label: string;
  keys?: string;
  active?: boolean;
  children: ReactNode;
}

/** A button that shows only an icon; its name is spoken, and shown as a tooltip with its key. */
export function IconButton({ label, keys, active = false, className, children, ...rest }: IconButtonProps) {
  return (
    <Tip text={label} keys={keys}>
      <button
        type="button"
        aria-label={label}
        aria-keyshortcuts={keys}
        className={cx(
          'inline-grid size-8 shrink-0 place-items-center rounded-md transition-colors disabled:opacity-50 [&_svg]:size-4',
          active ? 'bg-accent-soft text-accent-soft-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
          className,
        )}
        {...rest}
      >
        {children}
      </button>
    </Tip>
  );
}
