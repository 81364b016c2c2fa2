import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

import { cx } from './cx';

interface Tab {
  id: string;
  text: string;
  badge?: ReactNode;
}

export function Tabs({ value, onChange, tabs, children, label, fill = false }: { value: string; onChange: (id: string) => void; tabs: Tab[]; children: ReactNode; label: string; fill?: boolean }) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(String(next))} className={cx('flex min-h-0 flex-col', fill && 'flex-1')}>
      <Base.List aria-label={label} className="relative flex shrink-0 gap-1 overflow-x-auto border-b border-line px-4 sm:px-6 [scrollbar-width:none]">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.id}
            value={tab.id}
            className="focus-inset relative flex h-10 items-center gap-1.5 px-2.5 text-sm whitespace-nowrap text-ink-2 outline-offset-[-2px] hover:text-ink data-active:font-medium data-active:text-ink"
          >
            {tab.text}
            {tab.badge}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-0.5 w-(--active-tab-width) translate-x-(--active-tab-left) rounded-full bg-accent transition-all duration-200" />
      </Base.List>
      {children}
    </Base.Root>
  );
}

export function TabPanel({ id, className, children }: { id: string; className?: string; children: ReactNode }) {
  return (
    <Base.Panel value={id} className={cx('focus-inset outline-none', className)}>
      {children}
    </Base.Panel>
  );
}
