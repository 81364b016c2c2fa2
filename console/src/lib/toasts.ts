// Short notices. A pure list with time-outs; the `ui` part only paints it.
import { useSyncExternalStore } from 'react';

export interface Toast {
  id: number;
  tone: 'ok' | 'problem';
  title: string;
  detail?: string;
}

let list: Toast[] = [];
let next = 1;
const listeners = new Set<() => void>();

function publish(toasts: Toast[]): void {
  list = toasts;
  for (const listener of listeners) listener();
}

export function dismiss(id: number): void {
  publish(list.filter((toast) => toast.id !== id));
}

export function notify(tone: Toast['tone'], title: string, detail?: string): void {
  const id = next++;
  publish([...list.slice(-2), { id, tone, title, detail }]);
  setTimeout(() => dismiss(id), tone === 'ok' ? 4000 : 9000);
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => list,
  );
}
