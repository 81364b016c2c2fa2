import { Link, useRouterState } from '@tanstack/react-router';
import { BookUser, ChevronsUpDown, Inbox, Keyboard, LogOut, Megaphone, Moon, Search, Settings, Smartphone, Sun, SunMoon, Waypoints } from 'lucide-react';
import type { ReactNode } from 'react';

import { api } from '@/lib/api/client';
import { queryClient } from '@/lib/query-client';
import { t } from '@/lib/i18n';
import { setTheme, type Theme, useTheme } from '@/lib/theme';
import { Avatar } from '@/ui/avatar';
import { cx } from '@/ui/cx';
import { Keys } from '@/ui/kbd';
import { Logo } from '@/ui/logo';
import { Menu } from '@/ui/menu';

import { QueueNav } from '../inbox/queue-nav';
import { useCounts } from '../inbox/queries';
import { useSession } from '../session/queries';

const item =
  'focus-inset flex h-8.5 items-center gap-2.5 rounded-md px-2.5 text-sm text-ink-2 transition-colors hover:bg-hover hover:text-ink [&_svg]:size-4 [&_svg]:shrink-0';
const activeItem = 'bg-raised! text-ink! font-medium shadow-1 [&_svg]:text-accent';

export function Sidebar({ onPalette, onShortcuts }: { onPalette: () => void; onShortcuts: () => void }) {
  const session = useSession();
  return (
    <nav aria-label={t('shell.nav')} className="hidden w-56 shrink-0 flex-col border-r border-line bg-canvas px-2.5 py-3 md:flex">
      <div className="flex items-center gap-2.5 px-1.5 pb-3">
        <Logo />
        <div className="min-w-0">
          <p className="truncate text-sm leading-tight font-semibold tracking-tight">{session.workspace.name}</p>
          <p className="text-xs text-ink-3">{t('app.name')}</p>
        </div>
      </div>
      <button type="button" onClick={onPalette} className="mb-3 flex h-8.5 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink-3 shadow-1 hover:border-edge">
        <Search aria-hidden className="size-3.5" />
        <span className="flex-1 text-left">{t('shell.search')}</span>
        <Keys keys="mod+k" />
      </button>
      <div className="-mx-1 flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto px-1">
        <Link to="/inbox" className={item} activeProps={{ className: activeItem }}>
          <Inbox aria-hidden /> <span className="flex-1">{t('nav.inbox')}</span>
        </Link>
        <QueueNav />
        <Link to="/journeys" className={item} activeProps={{ className: activeItem }}>
          <Waypoints aria-hidden /> {t('nav.journeys')}
        </Link>
        <Link to="/broadcasts" className={item} activeProps={{ className: activeItem }}>
          <Megaphone aria-hidden /> {t('nav.broadcasts')}
        </Link>
        <Link to="/contacts" className={item} activeProps={{ className: activeItem }}>
          <BookUser aria-hidden /> {t('nav.contacts')}
        </Link>
        {session.demo && (
          <Link to="/phones" className={item} activeProps={{ className: activeItem }}>
            <Smartphone aria-hidden /> {t('nav.phones')}
          </Link>
        )}
        <Link to="/settings" className={item} activeProps={{ className: activeItem }}>
          <Settings aria-hidden /> {t('nav.settings')}
        </Link>
      </div>
      <UserMenu onShortcuts={onShortcuts} />
    </nav>
  );
}

async function signOut(): Promise<void> {
  await api.delete('/v1/session').catch(() => undefined);
  queryClient.clear();
  window.location.assign('/sign-in');
}

function UserMenu({ onShortcuts }: { onShortcuts: () => void }) {
  const { user } = useSession();
  const theme = useTheme();
  const themes: [Theme, ReactNode][] = [
    ['system', <SunMoon key="s" aria-hidden />],
    ['light', <Sun key="l" aria-hidden />],
    ['dark', <Moon key="d" aria-hidden />],
  ];
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="mt-2 flex items-center gap-2.5 rounded-md px-1.5 py-1.5 text-left hover:bg-hover">
          <Avatar name={user.name} size="sm" />
          <span className="min-w-0 flex-1 truncate text-sm">{user.name}</span>
          <ChevronsUpDown aria-hidden className="size-3.5 text-ink-3" />
        </button>
      }
      groups={[
        {
          label: t('theme.label'),
          entries: themes.map(([id, icon]) => ({ id, text: t(`theme.${id}`), icon, checked: theme === id, onSelect: () => setTheme(id) })),
        },
        {
          entries: [
            { id: 'keys', text: t('shortcuts.title'), icon: <Keyboard aria-hidden />, keys: '?', onSelect: onShortcuts },
            { id: 'out', text: t('session.sign_out'), icon: <LogOut aria-hidden />, onSelect: () => void signOut() },
          ],
        },
      ]}
    />
  );
}

/** The same places, at the thumb. */
export function BottomTabs() {
  const session = useSession();
  const counts = useCounts();
  // An open conversation takes the whole height; its own back button leads here again.
  const reading = useRouterState({ select: (state) => /^\/inbox\/./.test(state.location.pathname) });
  const tab = 'relative flex min-w-0 flex-1 flex-col items-center gap-0.5 py-1.5 text-2xs text-ink-2 [&_svg]:size-5';
  const on = 'text-accent! font-medium';
  return (
    <nav aria-label={t('shell.nav')} className={cx('pb-safe shrink-0 border-t border-line bg-surface md:hidden', reading ? 'hidden' : 'flex')}>
      <Link to="/inbox" className={tab} activeProps={{ className: on }}>
        <Inbox aria-hidden /> {t('nav.inbox')}
        {(counts?.waiting ?? 0) > 0 && (
          <span className="tnum absolute top-0.5 left-1/2 ml-1.5 min-w-4 rounded-full bg-attention px-1 text-center text-[10px] leading-4 text-surface">{counts?.waiting}</span>
        )}
      </Link>
      <Link to="/journeys" className={tab} activeProps={{ className: on }}>
        <Waypoints aria-hidden /> {t('nav.journeys')}
      </Link>
      <Link to="/broadcasts" className={tab} activeProps={{ className: on }}>
        <Megaphone aria-hidden /> {t('nav.broadcasts')}
      </Link>
      <Link to="/contacts" className={tab} activeProps={{ className: on }}>
        <BookUser aria-hidden /> {t('nav.contacts')}
      </Link>
      {session.demo && (
        <Link to="/phones" className={tab} activeProps={{ className: on }}>
          <Smartphone aria-hidden /> {t('nav.phones')}
        </Link>
      )}
      <Link to="/settings" className={tab} activeProps={{ className: on }}>
        <Settings aria-hidden /> {t('nav.settings')}
      </Link>
    </nav>
  );
}
