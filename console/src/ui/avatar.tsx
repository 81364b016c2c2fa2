import { initials } from '@/lib/format';

import { cx } from './cx';

/** Same name, same colour; few enough hues to stay calm. */
function hue(name: string): number {
  let sum = 7;
  for (const char of name) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return [205, 28, 150, 265, 340, 90, 240][sum % 7] ?? 205;
}

export function Avatar({ name, size = 'md' }: { name: string; size?: 'xs' | 'sm' | 'md' | 'lg' }) {
  const sizes = { xs: 'size-5 text-[9px]', sm: 'size-6 text-[10px]', md: 'size-9 text-xs', lg: 'size-12 text-base' };
  return (
    <span
      aria-hidden
      style={{ '--h': hue(name) } as React.CSSProperties}
      className={cx(
        'inline-grid shrink-0 place-items-center rounded-full font-medium tracking-tight select-none',
        'bg-[oklch(0.92_0.035_var(--h))] text-[oklch(0.38_0.07_var(--h))] dark:bg-[oklch(0.33_0.045_var(--h))] dark:text-[oklch(0.87_0.05_var(--h))]',
        sizes[size],
      )}
    >
      {initials(name)}
    </span>
  );
}
