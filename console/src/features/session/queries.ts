import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';

import { api } from '@/lib/api/client';
import type { Page, Session, User } from '@/lib/api/types';
import { keys } from '@/lib/keys';

export const sessionQuery = queryOptions({
  queryKey: keys.session(),
  queryFn: ({ signal }) => api.get<Session>('/v1/session', {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The signed-in person. Only below the guard of the app's layout. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

export function useUsers(): User[] {
  const { data } = useQuery({
    queryKey: keys.users(),
    queryFn: async ({ signal }) => (await api.get<Page<User>>('/v1/users', { limit: 200 }, signal)).items,
    staleTime: 300_000,
  });
  return data ?? [];
}

/** Name of a user id; a short one while names load, and for people who have left. */
export function useUserName(): (id: string | null | undefined) => string {
  const users = useUsers();
  const session = useSession();
  return (id) => {
    if (!id) return '';
    if (id === session.user.id) return session.user.name;
    return users.find((user) => user.id === id)?.name ?? '…';
  };
}
