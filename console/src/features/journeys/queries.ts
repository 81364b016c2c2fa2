import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '@/lib/api/client';
import type { Funnel, Journey, JourneyRow, JourneyState, JourneyVersion, Page, Run, Validation } from '@/lib/api/types';
import { keys } from '@/lib/keys';
import { tell } from '@/lib/problems';

/** Counters move with every step of every run; asking each few seconds is cheaper than an event for each. */
const LIVE_MS = 4000;

export function useJourneys() {
  return useQuery({
    queryKey: keys.journeys(),
    queryFn: async ({ signal }) => (await api.get<Page<JourneyRow>>('/v1/journeys', {}, signal)).items,
    refetchInterval: LIVE_MS,
  });
}

export function useJourney(name: string) {
  return useQuery({ queryKey: keys.journey(name), queryFn: ({ signal }) => api.get<Journey>(`/v1/journeys/${name}`, {}, signal) });
}

export function useFunnel(name: string, version = '') {
  return useQuery({
    queryKey: keys.funnel(name, version),
    queryFn: ({ signal }) => api.get<Funnel>(`/v1/journeys/${name}/funnel`, { version }, signal),
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });
}

export function useVersions(name: string): JourneyVersion[] {
  const { data } = useQuery({
    queryKey: keys.versions(name),
    queryFn: async ({ signal }) => (await api.get<Page<JourneyVersion>>(`/v1/journeys/${name}/versions`, {}, signal)).items,
  });
  return data ?? [];
}

export function useRuns(name: string, filter: { status?: string; step?: string }) {
  return useInfiniteQuery({
    queryKey: keys.runs(name, filter),
    queryFn: ({ pageParam, signal }) => api.get<Page<Run>>(`/v1/journeys/${name}/runs`, { ...filter, limit: 50, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS * 2,
  });
}

export function useSetState(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (state: JourneyState) => api.patch<Journey>(`/v1/journeys/${name}`, { state }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.journeys() }),
    onError: tell,
  });
}

export function validate(source: string, signal?: AbortSignal): Promise<Validation> {
  return api.post<Validation>('/v1/journey_validations', { source }).then((answer) => {
    signal?.throwIfAborted();
    return answer;
  });
}

export function usePublish() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (source: string) => api.post<Journey>('/v1/journeys', { source }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.journeys() }),
  });
}
