import { cx } from './cx';

const apple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);
const shown: Record<string, string> = { mod: apple ? '⌘' : 'Ctrl', Enter: '↵', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓' };

/** `mod+k` or `g i` as key caps. */
export function Keys({ keys, inverse = false }: { keys: string; inverse?: boolean }) {
  return (
    <span className="inline-flex items-center gap-0.5">
      {keys.split(/[+ ]/).map((key, index) => (
        <kbd
          key={index}
          className={cx(
            'inline-grid h-4.5 min-w-4.5 place-items-center rounded-sm px-1 font-sans text-2xs leading-none',
            inverse ? 'bg-canvas/18 text-canvas' : 'border border-line-strong bg-raised text-ink-2',
          )}
        >
          {shown[key] ?? (key.length === 1 ? key.toUpperCase() : key)}
        </kbd>
      ))}
    </span>
  );
}
