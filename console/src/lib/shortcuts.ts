// Keyboard shortcuts: single keys, sequences such as `g i`, and combinations with Ctrl or Cmd.
import { useEffect, useRef } from 'react';

export type Bindings = Record<string, (event: KeyboardEvent) => void>;

const SEQUENCE_MS = 900;

/** The name of a key press: `j`, `?`, `mod+k`, `Enter`, `Escape`. Shift is part of the character. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  if (event.altKey) return '';
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : '';
  return mod + (event.key.length === 1 && mod ? event.key.toLowerCase() : event.key);
}

/** True where letters are text and not commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, .cm-editor') !== null;
}

/** Pure part: which binding a press means. After the first key of a sequence only sequences count, so `g j` never means `j`. */
export function match(bindings: Iterable<string>, name: string, before: string | null): string | null {
  const wanted = before ? `${before} ${name}` : name;
  for (const binding of bindings) if (binding === wanted) return binding;
  return null;
}

let beforeKey: { name: string; at: number } | null = null;

/** Binds keys while the component is shown. Single letters rest while the person types or a dialog is open. */
export function useShortcuts(bindings: Bindings, enabled = true): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => {
    if (!enabled) return undefined;
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const name = keyName(event);
      const quiet = isTyping(event.target) || document.querySelector('[role=dialog], [role=alertdialog], [role=menu], [role=listbox][data-open]') !== null;
      if (quiet && !name.startsWith('mod+')) return;
      // Enter and Space belong to whatever button or link has the focus.
      if (name === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a, button, [role=button], [role=tab]')) return;
      // Several components listen to the same press; the one that began the sequence is not its second key.
      const before = beforeKey && event.timeStamp !== beforeKey.at && event.timeStamp - beforeKey.at < SEQUENCE_MS ? beforeKey.name : null;
      if (before) setTimeout(() => (beforeKey = null));
      else if (name === 'g') beforeKey = { name, at: event.timeStamp };
      const found = match(Object.keys(latest.current), name, before);
      if (!found) return;
      event.preventDefault();
      latest.current[found]?.(event);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [enabled]);
}
