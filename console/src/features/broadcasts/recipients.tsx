import { Link } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { useMemo } from 'react';

import type { Recipient } from '@/lib/api/types';
import { label, t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Table } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';
import { Ago } from '@/ui/time';

import { useRecipients } from './queries';

export function Recipients({ id, state }: { id: string; state: string | undefined }) {
  const rows = useRecipients(id, state);
  const items = useMemo(() => rows.data?.pages.flatMap((page) => page.items) ?? [], [rows.data]);
  if (rows.isPending) return <SkeletonRows rows={6} className="h-10" />;
  if (rows.isError && items.length === 0) return <ProblemBox error={rows.error} onRetry={() => void rows.refetch()} />;
  if (items.length === 0) return <Empty icon={<Users aria-hidden />} title={t('recipients.none')} />;
  return (
    <>
      <div className="rounded-lg border border-line bg-surface shadow-1">
        <Table stacked label={t('recipients.title')} head={[t('recipients.contact'), t('recipients.state'), t('recipients.why'), t('recipients.when')]}>
          {items.map((row) => (
            <Row key={row.contact} row={row} />
          ))}
        </Table>
      </div>
      {rows.hasNextPage && (
        <Button className="mt-4" busy={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
    </>
  );
}

const tone = { read: 'ok', delivered: 'ok', sent: 'ok', failed: 'danger', in_doubt: 'attention', pending: 'accent', queued: 'accent' } as const;

function Row({ row }: { row: Recipient }) {
  return (
    <tr className="hover:bg-hover/50">
      <td>
        <Link to="/contacts/$contact" params={{ contact: row.contact }} className="font-mono text-xs whitespace-nowrap hover:underline">
          …{row.contact.slice(-8)}
        </Link>
      </td>
      <td>
        <span className="flex flex-wrap items-center gap-1.5">
          <Badge tone={tone[row.state as keyof typeof tone] ?? 'neutral'}>{label('recipient', row.state)}</Badge>
          {row.canary && <Badge>{t('recipients.canary')}</Badge>}
          {row.replied_at && <Badge tone="ok">{t('recipients.replied')}</Badge>}
          {row.opted_out_at && <Badge tone="danger">{t('recipients.opted_out')}</Badge>}
        </span>
      </td>
      <td className="text-ink-2">
        {row.decision ? (
          <Link to="." search={(before) => ({ ...before, why: row.decision ?? undefined })} className="hover:underline">
            {row.reason ?? t('recipients.decision')}
          </Link>
        ) : (
          row.reason
        )}
      </td>
      <td className="whitespace-nowrap text-ink-2">
        <Ago at={row.at} />
      </td>
    </tr>
  );
}
