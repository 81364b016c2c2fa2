import { BatteryMedium, Signal, Wifi } from 'lucide-react';
import type { ReactNode } from 'react';

import { useNow } from '@/lib/clock';
import { cx } from '@/ui/cx';

const format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

/** A phone's body. Its screen is always light: it is somebody else's phone and not part of our theme. */
export function PhoneFrame({ label, children, dark = false }: { label: string; children: ReactNode; dark?: boolean }) {
  const now = useNow();
  return (
    <section aria-label={label} className="relative h-[min(43rem,calc(100dvh-12rem))] min-h-[30rem] w-[min(21.5rem,calc(100vw-2rem))] rounded-[2.9rem] bg-[#1a1d21] p-[0.6rem] shadow-2 ring-1 ring-black/40">
      <div className="flex h-full flex-col overflow-hidden rounded-[2.35rem] bg-white text-[#14181c]" style={{ colorScheme: 'light' }}>
        <div className={cx('flex h-9 shrink-0 items-center justify-between px-6 text-[12px] font-semibold', dark ? 'bg-[#f6f6f8] text-[#14181c]' : 'bg-[#0b5d4f] text-white')} aria-hidden>
          <span className="tnum">{format.format(now)}</span>
          <span className="h-5 w-20 rounded-full bg-[#1a1d21]" />
          <span className="flex items-center gap-1">
            <Signal className="size-3" /> <Wifi className="size-3" /> <BatteryMedium className="size-4" />
          </span>
        </div>
        {children}
      </div>
    </section>
  );
}
