import type { ReactNode } from 'react';

import { cx } from './cx';

/** Head of a screen: one heading, what it is about, what can be done. */
export function PageHead({ title, lead, actions, before }: { title: ReactNode; lead?: ReactNode; actions?: ReactNode; before?: ReactNode }) {
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 px-4 pt-5 pb-4 sm:px-6">
      {before}
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-xl font-semibold tracking-tight">{title}</h1>
        {lead && <div className="mt-0.5 text-sm text-ink-2">{lead}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

export function Card({ title, action, children, className = '' }: { title?: ReactNode; action?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={`rounded-lg border border-line bg-surface shadow-1 ${className}`}>
      {title && (
        <header className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4 py-2">
          <h2 className="text-sm font-semibold">{title}</h2>
          {action}
        </header>
      )}
      {children}
    </section>
  );
}

/** A table that scrolls sideways inside its own frame. */
/** `stacked` rows stand as blocks on phones, where a wide row would hide its end: what is done with it. */
export function Table({ head, children, label, stacked = false }: { head: ReactNode[]; children: ReactNode; label: string; stacked?: boolean }) {
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse text-left text-sm">
        <thead className={stacked ? 'max-md:sr-only' : undefined}>
          <tr className="border-b border-line text-xs text-ink-3">
            {head.map((cell, index) => (
              <th key={index} scope="col" className="px-4 py-2 font-medium whitespace-nowrap">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody
          className={cx(
            '[&_td]:px-4 [&_td]:py-2.5 [&_td]:align-top [&_tr]:border-b [&_tr]:border-line [&_tr:last-child]:border-0',
            stacked && 'max-md:[&_td]:block max-md:[&_td]:py-1 max-md:[&_tr]:block max-md:[&_tr]:py-2',
          )}
        >
          {children}
        </tbody>
      </table>
    </div>
  );
}

export function Definition({ term, children }: { term: ReactNode; children: ReactNode }) {
  return (
    <div className="flex items-baseline gap-3 py-1 text-sm">
      <dt className="w-28 shrink-0 text-ink-3">{term}</dt>
      <dd className="min-w-0 flex-1 break-words">{children}</dd>
    </div>
  );
}
