import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BookUser, CornerDownLeft, Inbox, Keyboard, Megaphone, Moon, Search, Settings, Smartphone, Sun, Waypoints } from 'lucide-react';
import { type ReactNode, useDeferredValue, useId, useMemo, useState } from 'react';

import { api } from '@/lib/api/client';
import type { ContactRow, JourneyRow, Page } from '@/lib/api/types';
import { addressText } from '@/lib/format';
import { t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { setTheme } from '@/lib/theme';
import { Avatar } from '@/ui/avatar';
import { cx } from '@/ui/cx';
import { Keys } from '@/ui/kbd';

import { useSession } from '../session/queries';
import { rank } from './rank';

interface Command {
  id: string;
  text: string;
  detail?: string;
  icon: ReactNode;
  keys?: string;
  run: () => void;
}

export default function CommandPalette({ onClose, onShortcuts }: { onClose: () => void; onShortcuts: () => void }) {
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const typed = text.trim();
  // Contacts are asked of the server and may lag; what Enter picks always answers to what was typed.
  const search = useDeferredValue(typed);
  const listId = useId();
  const commands = useCommands(onShortcuts);
  const found = useFound(search);
  const shown = useMemo(() => [...rank(commands, typed), ...(search === typed ? found : [])], [commands, found, search, typed]);

  const pick = (command: Command | undefined): void => {
    if (!command) return;
    onClose();
    command.run();
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fade fixed inset-0 z-50 bg-scrim" />
        <Dialog.Popup aria-label={t('palette.title')} className="pop fixed top-[12dvh] left-1/2 z-50 flex max-h-[70dvh] w-[calc(100vw-1.5rem)] max-w-xl -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-2 outline-none">
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Search aria-hidden className="size-4 shrink-0 text-ink-3" />
            <input
              role="combobox"
              aria-expanded
              aria-controls={listId}
              aria-activedescendant={shown[index] ? `${listId}-${index}` : undefined}
              aria-label={t('palette.title')}
              placeholder={t('palette.placeholder')}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setIndex(0);
              }}
              onKeyDown={(event) => {
                const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
                if (step) {
                  event.preventDefault();
                  setIndex((before) => Math.max(0, Math.min(shown.length - 1, before + step)));
                } else if (event.key === 'Enter') {
                  event.preventDefault();
                  pick(shown[index]);
                }
              }}
              className="h-12 w-full bg-transparent text-lg outline-none"
            />
          </div>
          <div id={listId} role="listbox" aria-label={t('palette.title')} className="min-h-0 flex-1 overflow-y-auto p-1.5">
            {shown.map((command, at) => (
              <div
                key={command.id}
                id={`${listId}-${at}`}
                role="option"
                aria-selected={at === index}
                tabIndex={-1}
                ref={at === index ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
                onMouseMove={() => setIndex(at)}
                onClick={() => pick(command)}
                onKeyDown={(event) => event.key === 'Enter' && pick(command)}
                className={cx('flex h-10 items-center gap-3 rounded-md px-3 text-base [&_svg]:size-4 [&_svg]:text-ink-3', at === index && 'bg-hover')}
              >
                {command.icon}
                <span className="min-w-0 truncate">{command.text}</span>
                {command.detail && <span className="min-w-0 flex-1 truncate text-sm text-ink-3">{command.detail}</span>}
                <span className="ml-auto flex items-center">{at === index ? <CornerDownLeft aria-hidden /> : command.keys && <Keys keys={command.keys} />}</span>
              </div>
            ))}
          </div>
          {shown.length === 0 && <p className="px-4 pb-6 text-center text-sm text-ink-2">{t('palette.nothing')}</p>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useCommands(onShortcuts: () => void): Command[] {
  const navigate = useNavigate();
  const { demo } = useSession();
  const { data: journeys } = useQuery({
    queryKey: keys.journeys(),
    queryFn: async ({ signal }) => (await api.get<Page<JourneyRow>>('/v1/journeys', {}, signal)).items,
  });
  return useMemo(() => {
    const views = ['waiting', 'mine', 'open', 'all', 'resolved'] as const;
    const sections = ['senders', 'queues', 'users', 'api_keys', 'policy', 'templates', 'health', 'parked', 'audit'] as const;
    return [
      ...views.map((view) => ({ id: view, text: t('palette.inbox', { view: t(`inbox.view.${view}`) }), icon: <Inbox aria-hidden />, run: () => void navigate({ to: '/inbox', search: { view } }) })),
      { id: 'journeys', text: t('nav.journeys'), icon: <Waypoints aria-hidden />, keys: 'g j', run: () => void navigate({ to: '/journeys' }) },
      { id: 'broadcasts', text: t('nav.broadcasts'), icon: <Megaphone aria-hidden />, keys: 'g b', run: () => void navigate({ to: '/broadcasts' }) },
      { id: 'contacts', text: t('nav.contacts'), icon: <BookUser aria-hidden />, keys: 'g c', run: () => void navigate({ to: '/contacts' }) },
      ...(demo ? [{ id: 'phones', text: t('nav.phones'), icon: <Smartphone aria-hidden />, keys: 'g p', run: () => void navigate({ to: '/phones' }) }] : []),
      ...(journeys ?? []).map((journey) => ({
        id: `journey-${journey.name}`,
        text: journey.title ?? journey.name,
        detail: t('palette.journey'),
        icon: <Waypoints aria-hidden />,
        run: () => void navigate({ to: '/journeys/$name', params: { name: journey.name } }),
      })),
      ...sections.map((section) => ({
        id: section,
        text: t(`settings.section.${section}`),
        detail: t('nav.settings'),
        icon: <Settings aria-hidden />,
        run: () => void navigate({ to: '/settings/$section', params: { section } }),
      })),
      { id: 'light', text: t('palette.light'), icon: <Sun aria-hidden />, run: () => setTheme('light') },
      { id: 'dark', text: t('palette.dark'), icon: <Moon aria-hidden />, run: () => setTheme('dark') },
      { id: 'keys', text: t('shortcuts.title'), icon: <Keyboard aria-hidden />, keys: '?', run: onShortcuts },
    ];
  }, [demo, journeys, navigate, onShortcuts]);
}

function useFound(search: string): Command[] {
  const navigate = useNavigate();
  const { data } = useQuery({
    queryKey: keys.contacts(search),
    queryFn: async ({ signal }) => (await api.get<Page<ContactRow>>('/v1/contacts', { search, limit: 6 }, signal)).items,
    enabled: search.length > 1,
  });
  return search.length > 1
    ? (data ?? []).map((contact) => ({
        id: contact.id,
        text: contact.name ?? (contact.addresses?.[0] ? addressText(contact.addresses[0]) : contact.id),
        detail: contact.name && contact.addresses?.[0] ? addressText(contact.addresses[0]) : undefined,
        icon: <Avatar name={contact.name ?? '+'} size="xs" />,
        run: () => void navigate({ to: '/contacts/$contact', params: { contact: contact.id } }),
      }))
    : [];
}
