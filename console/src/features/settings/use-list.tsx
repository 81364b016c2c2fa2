import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { api } from '@/lib/api/client';
import type { Page } from '@/lib/api/types';
import { ProblemBox, SkeletonRows } from '@/ui/states';

export function useList<T>(key: readonly unknown[], path: string) {
  return useQuery({ queryKey: key, queryFn: async ({ signal }) => (await api.get<Page<T>>(path, { limit: 200 }, signal)).items });
}

/** Loading, failed, empty, or the list. */
export function Listed<T>({ query, empty, children }: { query: UseQueryResult<T[]>; empty: ReactNode; children: (items: T[]) => ReactNode }) {
  if (query.isPending) return <SkeletonRows rows={4} className="h-12" />;
  if (query.isError && !query.data) return <ProblemBox error={query.error} onRetry={() => void query.refetch()} />;
  return query.data && query.data.length > 0 ? children(query.data) : empty;
}
