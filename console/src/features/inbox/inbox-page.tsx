import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { MessagesSquare } from 'lucide-react';
import { useMemo } from 'react';

import { t } from '@/lib/i18n';
import { useShortcuts } from '@/lib/shortcuts';
import { cx } from '@/ui/cx';
import { Keys } from '@/ui/kbd';

import { ConversationList } from './conversation-list';
import { ConversationView } from './conversation-view';
import { neighbour } from './filters';
import { useConversations } from './queries';

export function InboxPage() {
  const search = useSearch({ from: '/app/inbox' });
  const { conversation } = useParams({ strict: false });
  const navigate = useNavigate();
  const list = useConversations(search);
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);

  const open = (id: string | undefined): void => {
    if (id) void navigate({ to: '/inbox/$conversation', params: { conversation: id }, search: true });
  };
  const ids = items.map((item) => item.id);
  useShortcuts({
    j: () => open(neighbour(ids, conversation, 1)),
    k: () => open(neighbour(ids, conversation, -1)),
    ArrowDown: () => open(neighbour(ids, conversation, 1)),
    ArrowUp: () => open(neighbour(ids, conversation, -1)),
    Enter: () => open(conversation ?? ids[0]),
    u: () => void navigate({ to: '/inbox', search: true }),
    '/': () => document.getElementById('inbox-search')?.focus(),
  });

  return (
    <div className="flex min-h-0 flex-1">
      <section
        aria-label={t('inbox.list')}
        className={cx('w-full min-w-0 shrink-0 flex-col border-r border-line bg-surface md:flex md:w-80 lg:w-[21.5rem]', conversation ? 'hidden' : 'flex')}
      >
        <ConversationList search={search} list={list} items={items} selected={conversation} />
      </section>
      <section className={cx('min-h-0 min-w-0 flex-1 bg-canvas', conversation ? 'flex' : 'hidden md:flex')} aria-label={t('inbox.conversation')}>
        {conversation ? <ConversationView key={conversation} id={conversation} /> : <NothingOpen />}
      </section>
    </div>
  );
}

function NothingOpen() {
  return (
    <div className="m-auto flex max-w-xs flex-col items-center gap-3 text-center text-sm text-ink-2">
      <span className="grid size-14 place-items-center rounded-full bg-sunken">
        <MessagesSquare aria-hidden className="size-6 text-ink-3" />
      </span>
      <p className="text-lg font-semibold tracking-tight text-ink">{t('inbox.none_open.title')}</p>
      <p>{t('inbox.none_open.lead')}</p>
      <p className="flex flex-wrap items-center justify-center gap-x-4 gap-y-1 text-xs text-ink-3">
        <span className="flex items-center gap-1.5">
          <Keys keys="j" /> <Keys keys="k" /> {t('inbox.hint.move')}
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="r" /> {t('inbox.hint.reply')}
        </span>
        <span className="flex items-center gap-1.5">
          <Keys keys="?" /> {t('inbox.hint.all')}
        </span>
      </p>
    </div>
  );
}
