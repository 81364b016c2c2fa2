import { AlertTriangle, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';

import { t } from '@/lib/i18n';
import { explain } from '@/lib/problems';

import { Button } from './button';
import { cx } from './cx';

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('skeleton block rounded-md', className)} />;
}

/** Grey rows of the height of the real ones, so that nothing jumps when these arrive. */
export function SkeletonRows({ rows, className }: { rows: number; className: string }) {
  return (
    <div role="status" aria-label={t('state.loading')} className="flex flex-col gap-2">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} className={className} />
      ))}
    </div>
  );
}

/** An empty place says what would be here and how it gets here. */
export function Empty({ icon, title, children, action }: { icon?: ReactNode; title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="mx-auto flex max-w-sm flex-col items-center gap-2 px-6 py-14 text-center">
      {icon && <span className="mb-2 grid size-12 place-items-center rounded-full bg-sunken text-ink-3 [&_svg]:size-5">{icon}</span>}
      <p className="text-lg font-semibold tracking-tight">{title}</p>
      {children && <div className="text-sm text-ink-2">{children}</div>}
      {action && <div className="mt-2">{action}</div>}
    </div>
  );
}

/** What went wrong, where, and what to do. */
export function ProblemBox({ error, onRetry, className }: { error: unknown; onRetry?: () => void; className?: string }) {
  const { what, why, where, how, reference } = explain(error);
  return (
    <div role="alert" className={cx('rounded-lg border border-danger/35 bg-danger-soft p-3.5 text-sm', className)}>
      <p className="flex items-center gap-2 font-medium text-danger">
        <AlertTriangle aria-hidden className="size-4 shrink-0" />
        {what}
      </p>
      {why && <p className="mt-1 text-ink">{why}</p>}
      {where.length > 0 && (
        <ul className="mt-1.5 list-disc pl-5 text-ink">
          {where.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {how && <p className="mt-1.5 text-ink-2">{how}</p>}
      {(onRetry || reference) && (
        <div className="mt-2.5 flex items-center gap-3">
          {onRetry && (
            <Button size="sm" onClick={onRetry}>
              <RotateCw aria-hidden /> {t('action.retry')}
            </Button>
          )}
          {reference && <code className="font-mono text-xs text-ink-2">{reference}</code>}
        </div>
      )}
    </div>
  );
}
