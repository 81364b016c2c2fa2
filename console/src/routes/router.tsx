// The map of the console. View state lives in the address, so every filtered list and open panel can be shared.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';

import { AppLayout } from '@/features/shell/app-layout';
import { CrashPage, NotFoundPage } from '@/features/shell/error-pages';
import { sessionQuery } from '@/features/session/queries';
import { SignInPage } from '@/features/session/sign-in-page';
import { ApiError } from '@/lib/api/client';
import { queryClient } from '@/lib/query-client';

type Raw = Record<string, unknown>;
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined);

const root = createRootRoute({ notFoundComponent: NotFoundPage, errorComponent: CrashPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Raw): { token?: string; next?: string } => ({ token: text(raw.token), next: text(raw.next) }),
  component: SignInPage,
});

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: (raw: Raw): { token?: string } => ({ token: text(raw.token) }),
  beforeLoad: ({ search }) => {
    if (search.token) throw redirect({ to: '/sign-in', search: { token: search.token }, replace: true });
    throw redirect({ to: '/inbox', replace: true });
  },
});

/** Everything behind the sign-in. `why` opens the explanation of a decision over any screen. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  validateSearch: (raw: Raw): { why?: string } => ({ why: text(raw.why) }),
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) throw redirect({ to: '/sign-in', search: { next: location.href } });
      throw error;
    }
  },
  component: AppLayout,
  errorComponent: CrashPage,
});

export interface InboxSearch {
  view?: 'waiting' | 'mine' | 'open' | 'all' | 'bot' | 'resolved';
  queue?: string;
  q?: string;
}
const views = ['waiting', 'mine', 'open', 'all', 'bot', 'resolved'] as const;
const inboxSearch = (raw: Raw): InboxSearch => ({ view: views.find((view) => view === raw.view), queue: text(raw.queue), q: text(raw.q) });

const inbox = createRoute({
  getParentRoute: () => app,
  path: '/inbox',
  validateSearch: inboxSearch,
  component: lazyRouteComponent(() => import('@/features/inbox/inbox-page'), 'InboxPage'),
});
const inboxIndex = createRoute({ getParentRoute: () => inbox, path: '/' });
const conversation = createRoute({ getParentRoute: () => inbox, path: '$conversation' });

const journeys = createRoute({
  getParentRoute: () => app,
  path: '/journeys',
  component: lazyRouteComponent(() => import('@/features/journeys/journeys-page'), 'JourneysPage'),
});
const journeyTabs = ['graph', 'text', 'funnel', 'runs'] as const;
const journey = createRoute({
  getParentRoute: () => app,
  path: '/journeys/$name',
  validateSearch: (raw: Raw): { tab?: (typeof journeyTabs)[number]; step?: string; status?: string; version?: string } => ({
    tab: journeyTabs.find((tab) => tab === raw.tab),
    step: text(raw.step),
    status: text(raw.status),
    version: text(raw.version),
  }),
  component: lazyRouteComponent(() => import('@/features/journeys/journey-page'), 'JourneyPage'),
});

const broadcasts = createRoute({
  getParentRoute: () => app,
  path: '/broadcasts',
  component: lazyRouteComponent(() => import('@/features/broadcasts/broadcasts-page'), 'BroadcastsPage'),
});
const broadcast = createRoute({
  getParentRoute: () => app,
  path: '/broadcasts/$broadcast',
  validateSearch: (raw: Raw): { state?: string } => ({ state: text(raw.state) }),
  component: lazyRouteComponent(() => import('@/features/broadcasts/broadcast-page'), 'BroadcastPage'),
});

const contacts = createRoute({
  getParentRoute: () => app,
  path: '/contacts',
  validateSearch: (raw: Raw): { q?: string } => ({ q: text(raw.q) }),
  component: lazyRouteComponent(() => import('@/features/contacts/contacts-page'), 'ContactsPage'),
});
const contactTabs = ['timeline', 'consent', 'decisions', 'messages', 'runs'] as const;
const contact = createRoute({
  getParentRoute: () => app,
  path: '/contacts/$contact',
  validateSearch: (raw: Raw): { tab?: (typeof contactTabs)[number]; kinds?: string; entry?: string } => ({
    tab: contactTabs.find((tab) => tab === raw.tab),
    kinds: text(raw.kinds),
    entry: text(raw.entry),
  }),
  component: lazyRouteComponent(() => import('@/features/contacts/contact-page'), 'ContactPage'),
});

const phones = createRoute({
  getParentRoute: () => app,
  path: '/phones',
  validateSearch: (raw: Raw): { person?: string; q?: string } => ({ person: text(raw.person), q: text(raw.q) }),
  component: lazyRouteComponent(() => import('@/features/phones/phones-page'), 'PhonesPage'),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/$section', params: { section: 'senders' }, replace: true });
  },
});
const settingsSection = createRoute({
  getParentRoute: () => app,
  path: '/settings/$section',
  component: lazyRouteComponent(() => import('@/features/settings/settings-page'), 'SettingsPage'),
});

const tree = root.addChildren([
  index,
  signIn,
  app.addChildren([inbox.addChildren([inboxIndex, conversation]), journeys, journey, broadcasts, broadcast, contacts, contact, phones, settings, settingsSection]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFoundPage,
  defaultErrorComponent: CrashPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
