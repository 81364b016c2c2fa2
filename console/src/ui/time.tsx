import { useNow } from '@/lib/clock';
import { fullTime, listTime, relative, span } from '@/lib/format';

import { cx } from './cx';

/** `4m ago`, with the exact moment on hover and for machines. */
export function Ago({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={fullTime(at)} className={cx('tnum whitespace-nowrap', className)}>
      {relative(at, now)}
    </time>
  );
}

export function ListTime({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={fullTime(at)} className={cx('tnum whitespace-nowrap', className)}>
      {listTime(at, now)}
    </time>
  );
}

/** Counts down to a moment; after it, how long it is over. */
export function Countdown({ at, over }: { at: string; over?: (text: string) => string }) {
  const now = useNow();
  const left = Date.parse(at) - now;
  return (
    <time dateTime={at} title={fullTime(at)} className="tnum whitespace-nowrap">
      {left >= 0 ? span(left) : (over?.(span(left)) ?? `−${span(left)}`)}
    </time>
  );
}
