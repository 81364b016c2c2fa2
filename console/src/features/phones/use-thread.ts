import { useEffect, useRef } from 'react';

import type { PhoneEntry } from '@/lib/api/types';

/** Keeps a phone's thread at its newest message, and tells the business that it was read, as a phone does when its owner looks. */
export function useThreadEnd(entries: PhoneEntry[], onRead?: (message: string) => void) {
  const frame = useRef<HTMLDivElement>(null);
  const lastSeq = entries.at(-1)?.seq;
  useEffect(() => {
    const element = frame.current;
    if (element && lastSeq !== undefined) element.scrollTop = element.scrollHeight;
  }, [lastSeq]);
  const unread = entries.findLast((entry) => entry.from_business && !entry.read_at)?.id;
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (unread && onRead && told.current !== unread) {
      told.current = unread;
      onRead(unread);
    }
  }, [unread, onRead]);
  return frame;
}
