import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';

import { api } from '@/lib/api/client';
import type { Composer, ComposerChannel, Conversation, ConversationCounts, Estimate, Message, Page, Priority, Queue, Reply, ThreadItem } from '@/lib/api/types';
import { keys } from '@/lib/keys';
import { patchThread } from '@/lib/live';
import { tell } from '@/lib/problems';
import { useRested } from '@/lib/rested';
import type { InfiniteData } from '@tanstack/react-query';

import { type InboxFilter, toQuery } from './filters';

export function useCounts(): ConversationCounts | undefined {
  return useQuery({
    queryKey: keys.counts(),
    queryFn: ({ signal }) => api.get<ConversationCounts>('/v1/conversation_counts', {}, signal),
    placeholderData: keepPreviousData,
  }).data;
}

export function useQueues(): Queue[] {
  const { data } = useQuery({
    queryKey: keys.queues(),
    queryFn: async ({ signal }) => (await api.get<Page<Queue>>('/v1/queues', {}, signal)).items,
    staleTime: 300_000,
  });
  return data ?? [];
}

export function useConversations(filter: InboxFilter) {
  return useInfiniteQuery({
    queryKey: keys.conversations(filter),
    queryFn: ({ pageParam, signal }) => api.get<Page<Conversation>>('/v1/conversations', { ...toQuery(filter), limit: 40, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function useConversation(id: string) {
  return useQuery({ queryKey: keys.conversation(id), queryFn: ({ signal }) => api.get<Conversation>(`/v1/conversations/${id}`, {}, signal) });
}

export function useThread(id: string) {
  return useInfiniteQuery({
    queryKey: keys.thread(id),
    queryFn: ({ pageParam, signal }) => api.get<Page<ThreadItem>>(`/v1/conversations/${id}/thread`, { limit: 60, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

export function useComposer(id: string) {
  return useQuery({
    queryKey: keys.composer(id),
    queryFn: ({ signal }) => api.get<Composer>(`/v1/conversations/${id}/composer`, {}, signal),
  });
}

/** What a text costs on channels that bill by its length; asked when the typing rests. */
export function useEstimate(id: string, channel: ComposerChannel | undefined, body: string): Estimate | undefined {
  const rested = useRested(body.trim(), 250);
  return useQuery({
    queryKey: keys.estimate(id, channel?.sender ?? '', rested),
    queryFn: () =>
      api.post<Estimate>(`/v1/conversations/${id}/estimate`, {
        channel: channel?.channel,
        sender: channel?.sender,
        address: channel?.address,
        content: { type: 'text', body: rested },
      }),
    enabled: channel?.channel === 'sms' && rested !== '',
    placeholderData: rested === '' ? undefined : keepPreviousData,
    staleTime: 60_000,
    gcTime: 60_000,
  }).data;
}

/** How seldom the person is told that somebody writes, in ms: the sign stands for longer than this on their phone. */
const TYPING_EVERY_MS = 10_000;

/** Shows the person that somebody writes, where the channel can. A failure is nobody's concern: it is only a sign. */
export function useTyping(id: string, channel: ComposerChannel | undefined): () => void {
  const told = useRef<{ id: string; at: number } | null>(null);
  const { mutate } = useMutation({ mutationFn: () => api.post(`/v1/conversations/${id}/typing`, {}) });
  return () => {
    const now = performance.now();
    if (!channel?.typing || (told.current?.id === id && now - told.current.at < TYPING_EVERY_MS)) return;
    told.current = { id, at: now };
    mutate();
  };
}

export function useReply(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (reply: Reply) => api.post<Message>(`/v1/conversations/${id}/replies`, reply),
    onSuccess: (message) => {
      if (message?.id) client.setQueryData<InfiniteData<Page<ThreadItem>>>(keys.thread(id), (data) => data && patchThread(data, message));
      void client.invalidateQueries({ queryKey: keys.thread(id) });
      void client.invalidateQueries({ queryKey: keys.composer(id) });
      void client.invalidateQueries({ queryKey: keys.conversations() });
    },
  });
}

/** What a person does with a case. Each answers with the conversation as it is then. */
export type Act =
  | { path: 'notes'; body: { text: string } }
  | { path: 'assignment'; body: { user_id?: string | null; queue?: string } }
  | { path: 'priority'; body: { priority: Priority } }
  | { path: 'labels'; body: { add: string[]; remove: string[] } }
  | { path: 'closure'; body: { category: string | null } }
  | { path: 'return_to_bot'; body: Record<string, never> }
  | { path: 'read'; body: Record<string, never> };

export function useAct(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: Act) => api.post<Conversation>(`/v1/conversations/${id}/${path}`, body),
    onSuccess: (conversation, act) => {
      if (conversation?.id === id) client.setQueryData(keys.conversation(id), conversation);
      else void client.invalidateQueries({ queryKey: keys.conversation(id), exact: true });
      void client.invalidateQueries({ queryKey: keys.conversations() });
      void client.invalidateQueries({ queryKey: keys.counts() });
      if (act.path !== 'read') void client.invalidateQueries({ queryKey: keys.thread(id) });
    },
    onError: (error, act) => {
      if (act.path !== 'read') tell(error);
    },
  });
}

export function useStopRun(contact: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (run: string) => api.post(`/v1/runs/${run}/cancellation`),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.contact(contact) });
      void client.invalidateQueries({ queryKey: ['conversation'] });
    },
    onError: tell,
  });
}
