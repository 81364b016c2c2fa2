import { ChevronUp } from 'lucide-react';
import { Fragment, useEffect, useLayoutEffect, useMemo, useRef } from 'react';

import type { ThreadItem } from '@/lib/api/types';
import { useNow } from '@/lib/clock';
import { dayOf, sameDay } from '@/lib/format';
import { t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { ProblemBox, Skeleton } from '@/ui/states';

import { MessageBubble } from './message-bubble';
import { NoteCard } from './note-card';
import { useThread } from './queries';
import { type Reactions, reactionsOf } from './reactions';
import type { ReplyTarget } from './reply-target';
import { ThreadEvent } from './thread-event';

export function Thread({ conversation, onReply }: { conversation: string; onReply: (target: ReplyTarget) => void }) {
  const thread = useThread(conversation);
  const all = useMemo(() => (thread.data?.pages.flatMap((page) => page.items) ?? []).toReversed(), [thread.data]);
  const reactions = useMemo(() => reactionsOf(all), [all]);
  const items = useMemo(() => all.filter((item) => !reactions.shown.has(item.id)), [all, reactions]);
  const frame = useStayAtEnd(items);

  return (
    <div ref={frame} className="min-h-0 flex-1 overflow-y-auto overscroll-contain" role="log" aria-label={t('thread.label')} aria-live="polite" tabIndex={0}>
      <div className="mx-auto flex min-h-full w-full max-w-3xl flex-col justify-end px-3 py-4 sm:px-6">
        {thread.hasNextPage && (
          <div className="mb-4 text-center">
            <Button tone="quiet" size="sm" busy={thread.isFetchingNextPage} onClick={() => void thread.fetchNextPage()}>
              <ChevronUp aria-hidden /> {t('thread.older')}
            </Button>
          </div>
        )}
        {thread.isPending && <LoadingBubbles />}
        {thread.isError && <ProblemBox error={thread.error} onRetry={() => void thread.refetch()} />}
        {items.map((item, index) => (
          <Fragment key={item.id}>
            {(index === 0 || !sameDay(items[index - 1]?.at ?? '', item.at)) && <DaySeparator at={item.at} />}
            {wasImported(items[index - 1]) && !wasImported(item) && <Separator text={t('thread.connected')} />}
            <Item item={item} before={items[index - 1]} reactions={reactions} onReply={onReply} />
          </Fragment>
        ))}
      </div>
    </div>
  );
}

function Item({ item, before, reactions, onReply }: { item: ThreadItem; before: ThreadItem | undefined; reactions: Reactions; onReply: (target: ReplyTarget) => void }) {
  if (item.type === 'event') return <ThreadEvent entry={item.event} />;
  if (item.type === 'note') return <NoteCard at={item.at} user={item.note.user} text={item.note.text} />;
  const joined =
    before?.type === 'message' &&
    before.message.direction === item.message.direction &&
    before.message.channel === item.message.channel &&
    JSON.stringify(before.message.origin) === JSON.stringify(item.message.origin) &&
    Date.parse(item.at) - Date.parse(before.at) < 120_000;
  return <MessageBubble message={item.message} joined={joined} quoted={item.quoted} reactions={reactions.on.get(item.id)} onReply={onReply} />;
}

const wasImported = (item: ThreadItem | undefined): boolean => item?.type === 'message' && item.imported === true;

function DaySeparator({ at }: { at: string }) {
  const day = dayOf(at, useNow());
  return <Separator text={day.kind === 'date' ? day.text : t(`day.${day.kind}`)} />;
}

function Separator({ text }: { text: string }) {
  return (
    <div className="my-4 flex items-center gap-3 text-xs text-ink-3 first:mt-0">
      <span aria-hidden className="h-px flex-1 bg-line" />
      <span>{text}</span>
      <span aria-hidden className="h-px flex-1 bg-line" />
    </div>
  );
}

/** Follows new messages while the reader is at the end, and keeps the place when older ones are put above. */
function useStayAtEnd(items: ThreadItem[]): React.RefObject<HTMLDivElement | null> {
  const frame = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const height = useRef(0);
  const firstId = items[0]?.id;
  const before = useRef(firstId);
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    let shownHeight = element.clientHeight;
    const watch = (): void => {
      // A frame that just changed its height scrolls by itself; only the reader's own scrolling says where they want to be.
      if (element.clientHeight === shownHeight) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    };
    const resized = new ResizeObserver(() => {
      shownHeight = element.clientHeight;
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', watch, { passive: true });
    resized.observe(element);
    return () => {
      element.removeEventListener('scroll', watch);
      resized.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || items.length === 0) return;
    if (before.current && before.current !== firstId && !atEnd.current) element.scrollTop += element.scrollHeight - height.current;
    else if (atEnd.current) element.scrollTop = element.scrollHeight;
    before.current = firstId;
    height.current = element.scrollHeight;
  }, [items, firstId]);
  return frame;
}

function LoadingBubbles() {
  return (
    <div role="status" aria-label={t('state.loading')} className="flex flex-col gap-3">
      {[62, 40, 54, 30].map((width, index) => (
        <span key={width} className={cx('flex', index % 2 === 1 && 'justify-end')} style={{ width: '100%' }}>
          <span style={{ width: `${width}%` }}>
            <Skeleton className="h-14 rounded-2xl!" />
          </span>
        </span>
      ))}
    </div>
  );
}
