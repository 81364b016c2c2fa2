import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { api } from '@/lib/api/client';
import type { DemoClock, Line, PersonRow, Phone, PhoneEntry, PhoneMail, SimStatus } from '@/lib/api/types';
import { setClock } from '@/lib/clock';
import { keys } from '@/lib/keys';
import { tell } from '@/lib/problems';

export function usePeople(search: string) {
  return useQuery({
    queryKey: keys.people(search),
    queryFn: async ({ signal }) => (await api.get<{ items: PersonRow[] }>('/sim/people', { search, active: search ? undefined : true, limit: 100 }, signal)).items,
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

export function usePhone(id: string | undefined) {
  return useQuery({
    queryKey: keys.person(id ?? ''),
    queryFn: ({ signal }) => api.get<Phone>(`/sim/people/${id}`, {}, signal),
    enabled: Boolean(id),
    placeholderData: keepPreviousData,
    refetchInterval: 10_000,
  });
}

/** What arrived on one line of a phone, and went out from it. */
export function entriesOf(phone: Phone, line: Line): PhoneEntry[] {
  return line === 'email' ? phone.email_messages : phone[line];
}

export function useMail(person: string, message: string | undefined) {
  return useQuery({
    queryKey: ['sim', 'mail', person, message],
    queryFn: ({ signal }) => api.get<PhoneMail>(`/sim/people/${person}/mails/${message}`, {}, signal),
    enabled: Boolean(message),
    staleTime: Infinity,
  });
}

export function useSimStatus() {
  return useQuery({ queryKey: ['sim', 'status'], queryFn: ({ signal }) => api.get<SimStatus>('/sim/status', {}, signal), staleTime: 60_000 });
}

export type Deed =
  | { path: 'texts'; body: { line: Line; text: string } }
  | { path: 'taps' | 'picks'; body: { message: string; choice: string } }
  | { path: 'reads' | 'unsubscribes' | 'complaints' | 'bounces'; body: { message: string } };

export function useDeed(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: Deed) => api.post(`/sim/people/${id}/${path}`, body),
    onSettled: () => void client.invalidateQueries({ queryKey: keys.people() }),
    onError: tell,
  });
}

export function usePersona(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (persona: string) => api.patch(`/sim/people/${id}`, { persona }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.people() }),
    onError: tell,
  });
}

export function useDemoClock() {
  return useQuery({ queryKey: keys.demoClock(), queryFn: ({ signal }) => api.get<DemoClock>('/demo/clock', {}, signal), refetchInterval: 5000 });
}

export function useSetClock() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (speed: number) => api.put<DemoClock>('/demo/clock', { speed }),
    onSuccess: (clock) => {
      client.setQueryData(keys.demoClock(), clock);
      setClock(clock.now, clock.speed);
      void client.invalidateQueries({ queryKey: ['status'] });
    },
    onError: tell,
  });
}

/** The simulator's own event stream: phones light up as their owners act. */
export function useLivePhones(): void {
  const client = useQueryClient();
  useEffect(() => {
    const source = new EventSource('/sim/changes');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: keys.people() });
      }, 250);
    };
    source.addEventListener('message', (event: MessageEvent<string>) => {
      if (event.data.includes('"phone"') || event.data.includes('"reset"')) refresh();
    });
    source.addEventListener('lagged', refresh);
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [client]);
}
