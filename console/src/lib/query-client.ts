import { QueryClient } from '@tanstack/react-query';

import { ApiError } from './api/client';

/** The cache of what the server said. The event stream keeps it fresh, so nothing is asked again just because a window got the focus. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refusal stays a refusal; only what may pass by itself is tried again.
      retry: (failures, error) => failures < 3 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      retryDelay: (attempt) => Math.min(8000, 400 * 2 ** attempt),
    },
  },
});
