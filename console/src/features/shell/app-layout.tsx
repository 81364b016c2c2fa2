import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';

import { api } from '@/lib/api/client';
import type { Status } from '@/lib/api/types';
import { setClock } from '@/lib/clock';
import { t } from '@/lib/i18n';
import { connect } from '@/lib/live';
import { useShortcuts } from '@/lib/shortcuts';
import { Toaster } from '@/ui/toaster';
import { TipLayer } from '@/ui/tooltip';

import { useSession } from '../session/queries';
import { ConnectionBanner } from './connection-banner';
import { BottomTabs, Sidebar } from './sidebar';

const CommandPalette = lazy(() => import('./command-palette'));
const ShortcutSheet = lazy(() => import('./shortcut-sheet'));
const WhyDrawer = lazy(() => import('../decisions/why-drawer'));

export function AppLayout() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const session = useSession();
  const { why } = useSearch({ from: '/app' });
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);

  useEffect(() => connect(client), [client]);
  useServerClock();

  useShortcuts({
    'mod+k': () => setPalette(true),
    '?': () => setSheet(true),
    'g i': () => void navigate({ to: '/inbox' }),
    'g j': () => void navigate({ to: '/journeys' }),
    'g b': () => void navigate({ to: '/broadcasts' }),
    'g c': () => void navigate({ to: '/contacts' }),
    'g s': () => void navigate({ to: '/settings/$section', params: { section: 'senders' } }),
    'g p': () => session.demo && void navigate({ to: '/phones' }),
  });

  const closeWhy = (): void => void navigate({ to: '.', search: (before) => ({ ...before, why: undefined }), replace: true });

  return (
    <>
      <a href="#main" className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-80 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-2">
        {t('shell.skip')}
      </a>
      <div className="flex h-dvh flex-col md:flex-row">
        <Sidebar onPalette={() => setPalette(true)} onShortcuts={() => setSheet(true)} />
        <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
          <ConnectionBanner />
          <Outlet />
        </main>
        <BottomTabs />
      </div>
      <Toaster />
      <Suspense fallback={null}>
        {palette && <CommandPalette onClose={() => setPalette(false)} onShortcuts={() => setSheet(true)} />}
        {sheet && <ShortcutSheet onClose={() => setSheet(false)} />}
        {why && <WhyDrawer id={why} onClose={closeWhy} />}
      </Suspense>
      <TipLayer />
    </>
  );
}

/** Keeps the shown time in step with the server's: often while a demo clock runs fast, seldom otherwise. */
function useServerClock(): void {
  const { data } = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => api.get<Status>('/v1/status', {}, signal),
    refetchInterval: (query) => ((query.state.data?.speed ?? 1) === 1 && !query.state.data?.paused ? 120_000 : 15_000),
    staleTime: 5000,
  });
  useEffect(() => {
    if (data?.now) setClock(data.now, data.paused ? 0 : (data.speed ?? 1));
  }, [data]);
}
