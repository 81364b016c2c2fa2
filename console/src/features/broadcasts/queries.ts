import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '@/lib/api/client';
import type { Broadcast, BroadcastPreview, Page, Recipient } from '@/lib/api/types';
import { keys } from '@/lib/keys';
import { tell } from '@/lib/problems';

/** Counters move with every recipient; asking each few seconds is cheaper than an event for each. */
const LIVE_MS = 4000;

export function useBroadcasts() {
  return useQuery({
    queryKey: keys.broadcasts(),
    queryFn: async ({ signal }) => (await api.get<Page<Broadcast>>('/v1/broadcasts', { limit: 200 }, signal)).items.toReversed(),
    refetchInterval: LIVE_MS,
  });
}

export function useBroadcast(id: string) {
  return useQuery({
    queryKey: keys.broadcast(id),
    queryFn: ({ signal }) => api.get<Broadcast>(`/v1/broadcasts/${id}`, {}, signal),
    refetchInterval: LIVE_MS,
  });
}

export function useRecipients(id: string, state: string | undefined) {
  return useInfiniteQuery({
    queryKey: keys.recipients(id, state ?? ''),
    queryFn: ({ pageParam, signal }) => api.get<Page<Recipient>>(`/v1/broadcasts/${id}/recipients`, { state, limit: 50, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS * 2,
  });
}

export type Turn = { act: 'freeze' | 'start' | 'pause' | 'resume' | 'stop'; reason?: string };

export function useTurn(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (turn: Turn) => api.post<Broadcast>(`/v1/broadcasts/${id}/turns`, turn),
    onSuccess: (broadcast) => {
      client.setQueryData(keys.broadcast(id), broadcast);
      void client.invalidateQueries({ queryKey: keys.broadcasts() });
    },
    onError: tell,
  });
}

export function useApprove(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<Broadcast>(`/v1/broadcasts/${id}/approval`, {}),
    onSuccess: (broadcast) => client.setQueryData(keys.broadcast(id), broadcast),
    onError: tell,
  });
}

export function usePreview(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<BroadcastPreview>(`/v1/broadcasts/${id}/preview`, {}),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.broadcasts() }),
    onError: tell,
  });
}
