import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { api } from '@/lib/api/client';
import type { Channel, Consent, ConsentState, Contact, ContactRow, Decision, JourneyRow, Message, Page, Purpose, Run, TimelineEntry, WhyNot, Wording } from '@/lib/api/types';
import type { AddressKey } from '@/lib/api/types';
import { keys } from '@/lib/keys';

export function useContacts(search: string) {
  return useInfiniteQuery({
    queryKey: ['contacts', 'list', search],
    queryFn: ({ pageParam, signal }) => api.get<Page<ContactRow>>('/v1/contacts', { search, limit: 50, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });
}

export function useContact(id: string) {
  return useQuery({ queryKey: keys.contact(id), queryFn: ({ signal }) => api.get<Contact>(`/v1/contacts/${id}`, {}, signal) });
}

export function useTimeline(id: string, kinds: string) {
  return useInfiniteQuery({
    queryKey: keys.timeline(id, kinds),
    queryFn: ({ pageParam, signal }) => api.get<Page<TimelineEntry>>(`/v1/contacts/${id}/timeline`, { kind: kinds, limit: 80, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    placeholderData: keepPreviousData,
  });
}

export function useConsent(id: string) {
  return useQuery({ queryKey: keys.consent(id), queryFn: ({ signal }) => api.get<Consent>(`/v1/contacts/${id}/consent`, {}, signal) });
}

export function useWordings(): Wording[] {
  const { data } = useQuery({
    queryKey: keys.wordings(),
    queryFn: async ({ signal }) => (await api.get<Page<Wording>>('/v1/wordings', { limit: 200 }, signal)).items,
    staleTime: 300_000,
  });
  return data ?? [];
}

export interface NewConsent {
  address: AddressKey;
  channel: Channel | null;
  purpose: Purpose | null;
  state: ConsentState;
  source: string;
  evidence?: string;
}

export function useRecordConsent(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: NewConsent) => api.post(`/v1/contacts/${id}/consent`, { topic: null, ...change }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.contact(id) }),
  });
}

export function useContactDecisions(id: string) {
  return useQuery({
    queryKey: keys.contactDecisions(id),
    queryFn: async ({ signal }) => (await api.get<Page<Decision>>('/v1/decisions', { contact: id, limit: 100 }, signal)).items,
  });
}

export function useContactMessages(id: string) {
  return useQuery({
    queryKey: keys.contactMessages(id),
    queryFn: async ({ signal }) => (await api.get<Page<Message>>(`/v1/contacts/${id}/messages`, { limit: 100 }, signal)).items,
  });
}

export function useContactRuns(id: string) {
  return useQuery({
    queryKey: keys.contactRuns(id),
    queryFn: async ({ signal }) => (await api.get<Page<Run>>(`/v1/contacts/${id}/runs`, { limit: 100 }, signal)).items,
  });
}

export function useJourneyNames(): JourneyRow[] {
  const { data } = useQuery({
    queryKey: keys.journeys(),
    queryFn: async ({ signal }) => (await api.get<Page<JourneyRow>>('/v1/journeys', {}, signal)).items,
  });
  return data ?? [];
}

export function useWhyNot(id: string, journey: string) {
  return useQuery({
    queryKey: keys.whyNot(id, journey),
    queryFn: ({ signal }) => api.get<WhyNot>(`/v1/contacts/${id}/why`, { journey }, signal),
    enabled: journey !== '',
  });
}
