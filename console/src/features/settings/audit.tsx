import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import { api } from '@/lib/api/client';
import type { AuditEntry, Page } from '@/lib/api/types';
import { fullTime } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Card, Table } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';

import { useUserName } from '../session/queries';

export function AuditSection() {
  const audit = useInfiniteQuery({
    queryKey: keys.audit(),
    queryFn: ({ pageParam, signal }) => api.get<Page<AuditEntry>>('/v1/audit', { limit: 100, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
  const userName = useUserName();
  const items = useMemo(() => audit.data?.pages.flatMap((page) => page.items) ?? [], [audit.data]);
  if (audit.isPending) return <SkeletonRows rows={8} className="h-9" />;
  if (audit.isError && items.length === 0) return <ProblemBox error={audit.error} onRetry={() => void audit.refetch()} />;
  if (items.length === 0) return <Empty title={t('audit.empty.title')}>{t('audit.empty.lead')}</Empty>;
  return (
    <>
      <Card>
        <Table stacked label={t('settings.section.audit')} head={[t('audit.when'), t('audit.who'), t('audit.what'), t('audit.target')]}>
          {items.map((entry, index) => (
            <tr key={`${entry.at}${index}`}>
              <td className="tnum text-xs whitespace-nowrap text-ink-2">{fullTime(entry.at)}</td>
              <td>
                {entry.actor.startsWith('user:') ? userName(entry.actor.slice(5)) : label('actor', entry.actor)}
                {entry.ip && <span className="block text-xs text-ink-3">{entry.ip}</span>}
              </td>
              <td className="font-mono text-xs">{entry.action}</td>
              <td className="truncate font-mono md:max-w-52 text-xs text-ink-2" title={entry.target}>
                {entry.target}
              </td>
            </tr>
          ))}
        </Table>
      </Card>
      {audit.hasNextPage && (
        <Button className="mt-4" busy={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
          {t('action.more')}
        </Button>
      )}
    </>
  );
}
