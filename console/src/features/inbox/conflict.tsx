import { AlertTriangle } from 'lucide-react';
import { useEffect, useRef } from 'react';

import type { ThreadItem } from '@/lib/api/types';
import { clockTime } from '@/lib/format';
import { t, tn } from '@/lib/i18n';
import { Button } from '@/ui/button';

import { useUserName } from '../session/queries';
import { ContentView, ReceivedView } from './content-view';

/** Somebody was faster: shows what came in between, before anything else may leave. */
export function Conflict({ newer, onSend, onReview, busy }: { newer: ThreadItem[]; onSend: () => void; onReview: () => void; busy: boolean }) {
  const userName = useUserName();
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const messages = newer.filter((item) => item.type === 'message').toReversed();
  return (
    <div role="alertdialog" aria-labelledby="conflict-title" className="rise mb-2 rounded-xl border border-attention-mark/60 bg-attention-soft p-3.5">
      <p id="conflict-title" className="flex items-center gap-2 font-medium text-attention">
        <AlertTriangle aria-hidden className="size-4 shrink-0" />
        {tn('conflict.title', Math.max(1, messages.length))}
      </p>
      <ul className="mt-2 flex max-h-48 flex-col gap-1.5 overflow-y-auto">
        {messages.map(({ id, message }) => (
          <li key={id} className="rounded-lg bg-raised px-3 py-1.5 text-sm">
            <span className="mb-0.5 block text-xs text-ink-3">
              {message.origin.by === 'agent' ? userName(message.origin.user) : t(`origin.${message.origin.by}`)} · {clockTime(message.created_at)}
            </span>
            {message.content ? <ContentView content={message.content} /> : message.received ? <ReceivedView received={message.received} /> : null}
          </li>
        ))}
      </ul>
      <div className="mt-3 flex gap-2">
        <Button ref={first} tone="primary" size="sm" onClick={onReview}>
          {t('conflict.review')}
        </Button>
        <Button size="sm" onClick={onSend} busy={busy}>
          {t('conflict.send')}
        </Button>
      </div>
    </div>
  );
}
