import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Inbox, Search, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

import type { Conversation } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { Empty, ProblemBox, Skeleton } from '@/ui/states';

import { ConversationRow } from './conversation-row';
import { DEFAULT_VIEW, type InboxFilter } from './filters';
import { useQueues } from './queries';
import { QueueStrip } from './queue-nav';

const ROW = 88;

interface Props {
  search: InboxFilter;
  list: UseInfiniteQueryResult<unknown>;
  items: Conversation[];
  selected: string | undefined;
}

export function ConversationList({ search, list, items, selected }: Props) {
  const queues = useQueues();
  const title = search.q ? t('inbox.results') : search.queue ? (queues.find((queue) => queue.id === search.queue)?.name ?? search.queue) : t(`inbox.view.${search.view ?? DEFAULT_VIEW}`);
  return (
    <>
      <header className="flex shrink-0 items-center justify-between px-4 pt-4 pb-2">
        <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
      </header>
      <SearchBox value={search.q ?? ''} />
      <QueueStrip search={search} />
      {list.isPending ? (
        <LoadingRows />
      ) : list.isError && items.length === 0 ? (
        <ProblemBox error={list.error} onRetry={() => void list.refetch()} className="mx-4" />
      ) : items.length === 0 ? (
        <NothingHere search={search} />
      ) : (
        <Rows items={items} selected={selected} search={search} list={list} />
      )}
    </>
  );
}

function SearchBox({ value }: { value: string }) {
  const navigate = useNavigate();
  const [text, setText] = useState(value);
  // What the address said last. A change that did not come from here (a view was picked, back was pressed) replaces the text.
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    if (value !== text.slice(0, value.length) || value === '') setText(value);
  }
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => void navigate({ to: '.', search: (before) => ({ ...before, q: text || undefined }), replace: true }), 200);
    return () => clearTimeout(timer);
  }, [text, value, navigate]);
  return (
    <div className="relative mx-4 mb-2.5">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-ink-3" />
      <input
        id="inbox-search"
        type="search"
        aria-label={t('inbox.search')}
        placeholder={t('inbox.search')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        className="h-8.5 w-full rounded-md border border-line-strong bg-raised pr-8 pl-8 text-base focus:border-accent focus:outline-1 focus:outline-accent sm:text-sm [&::-webkit-search-cancel-button]:hidden"
      />
      {text && (
        <button type="button" aria-label={t('action.clear')} onClick={() => setText('')} className="absolute top-1/2 right-1.5 grid size-6 -translate-y-1/2 place-items-center rounded-md text-ink-3 hover:bg-hover">
          <X aria-hidden className="size-3.5" />
        </button>
      )}
    </div>
  );
}

function Rows({ items, selected, search, list }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- its object is used only in this component and never memoised
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => frame.current, estimateSize: () => ROW, overscan: 8 });
  const rows = virtual.getVirtualItems();
  const lastShown = rows.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;

  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastShown >= items.length - 6) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastShown, items.length]);

  const at = items.findIndex((item) => item.id === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);

  return (
    <div ref={frame} className="min-h-0 flex-1 overflow-y-auto">
      <ul aria-label={t('inbox.list')} style={{ height: virtual.getTotalSize() }} className="relative">
        {rows.map((row) => {
          const item = items[row.index];
          return (
            item && (
              <li key={item.id} style={{ height: ROW, transform: `translateY(${row.start}px)` }} className="absolute inset-x-0 top-0">
                <ConversationRow conversation={item} selected={item.id === selected} search={search} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function LoadingRows() {
  return (
    <div role="status" aria-label={t('state.loading')}>
      {Array.from({ length: 7 }, (_, index) => (
        <div key={index} style={{ height: ROW }} className="flex gap-3 px-4 py-3">
          <Skeleton className="size-9 rounded-full!" />
          <div className="flex flex-1 flex-col gap-2 pt-1">
            <Skeleton className="h-3.5 w-2/5" />
            <Skeleton className="h-3 w-4/5" />
            <Skeleton className="h-3 w-1/2" />
          </div>
        </div>
      ))}
    </div>
  );
}

function NothingHere({ search }: { search: InboxFilter }) {
  if (search.q) return <Empty icon={<Search aria-hidden />} title={t('inbox.empty.search.title', { q: search.q })}>{t('inbox.empty.search.lead')}</Empty>;
  const view = search.queue ? 'queue' : (search.view ?? DEFAULT_VIEW);
  return (
    <Empty icon={<Inbox aria-hidden />} title={t(`inbox.empty.${view}.title`)}>
      {t(`inbox.empty.${view}.lead`)}
    </Empty>
  );
}
