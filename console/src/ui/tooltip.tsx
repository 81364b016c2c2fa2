// One layer shows the tooltip of whatever is under the pointer or has the focus. A hundred buttons cost a hundred pairs of
// handlers and no more; the names of the buttons themselves are on the buttons, for those who do not see tooltips.
import { cloneElement, type FocusEvent, type PointerEvent, type ReactElement, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';

import { Keys } from './kbd';

interface Shown {
  text: string;
  keys?: string;
  anchor: Element;
}

const DELAY_MS = 350;
/** Long enough to move the pointer onto the tooltip itself (WCAG 1.4.13). */
const GRACE_MS = 120;

let shown: Shown | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function set(next: Shown | null, afterMs: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    shown = next;
    for (const listener of listeners) listener();
  }, afterMs);
}

type Handlers = {
  onPointerEnter?: (event: PointerEvent) => void;
  onPointerLeave?: (event: PointerEvent) => void;
  onPointerDown?: (event: PointerEvent) => void;
  onFocus?: (event: FocusEvent) => void;
  onBlur?: (event: FocusEvent) => void;
};

export function Tip({ text, keys, children }: { text: string; keys?: string; children: ReactElement<Handlers> }) {
  useEffect(
    () => () => {
      if (shown?.text === text) set(null, 0);
    },
    [text],
  );
  const { props } = children;
  return cloneElement(children, {
    onPointerEnter: (event) => {
      props.onPointerEnter?.(event);
      if (event.pointerType === 'mouse') set({ text, keys, anchor: event.currentTarget }, shown ? 0 : DELAY_MS);
    },
    onPointerLeave: (event) => {
      props.onPointerLeave?.(event);
      set(null, GRACE_MS);
    },
    onPointerDown: (event) => {
      props.onPointerDown?.(event);
      set(null, 0);
    },
    onFocus: (event) => {
      props.onFocus?.(event);
      if (event.currentTarget.matches(':focus-visible')) set({ text, keys, anchor: event.currentTarget }, 0);
    },
    onBlur: (event) => {
      props.onBlur?.(event);
      set(null, 0);
    },
  });
}

export function TipLayer() {
  const tip = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  useEffect(() => {
    if (!tip) return undefined;
    const hide = (event: Event): void => {
      if (event.type !== 'keydown' || (event as KeyboardEvent).key === 'Escape') set(null, 0);
    };
    window.addEventListener('keydown', hide);
    window.addEventListener('scroll', hide, true);
    return () => {
      window.removeEventListener('keydown', hide);
      window.removeEventListener('scroll', hide, true);
    };
  }, [tip]);
  return tip ? createPortal(<Bubble key={tip.text} tip={tip} />, document.body) : null;
}

function Bubble({ tip }: { tip: Shown }) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);
  useLayoutEffect(() => {
    const size = box.current?.getBoundingClientRect();
    if (!size) return;
    const at = tip.anchor.getBoundingClientRect();
    const below = at.bottom + 6 + size.height < window.innerHeight;
    setPlace({
      left: Math.max(8, Math.min(window.innerWidth - size.width - 8, at.left + at.width / 2 - size.width / 2)),
      top: below ? at.bottom + 6 : at.top - 6 - size.height,
    });
  }, [tip]);
  return (
    <div
      ref={box}
      role="tooltip"
      style={{ left: place?.left ?? 0, top: place?.top ?? 0, visibility: place ? 'visible' : 'hidden' }}
      onPointerEnter={() => set(tip, 0)}
      onPointerLeave={() => set(null, GRACE_MS)}
      className="fixed z-60 flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs text-canvas shadow-2"
    >
      {tip.text}
      {tip.keys && <Keys keys={tip.keys} inverse />}
    </div>
  );
}
