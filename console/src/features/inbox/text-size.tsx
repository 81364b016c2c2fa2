import type { TextSize } from '@/lib/api/types';
import { t, tn } from '@/lib/i18n';
import { Button } from '@/ui/button';

/** How many parts a text takes, which letters make it dear, and the way to write it cheaper. */
export function TextSizeLine({ size, onPlain }: { size: TextSize; onPlain: (body: string) => void }) {
  const { plain } = size;
  return (
    <span className="flex flex-wrap items-center gap-x-2 px-1 text-xs text-ink-2" aria-live="polite">
      <span className="tnum">{tn('size.parts', size.parts, { room: size.room })}</span>
      {size.wide.length > 0 && <span className="text-attention">{t('size.wide', { letters: size.wide.map((letter) => (letter.trim() === '' ? '␣' : letter)).join(' ') })}</span>}
      {plain && (
        <Button tone="quiet" size="sm" title={plain.body} onClick={() => onPlain(plain.body)}>
          {tn('size.plain', plain.parts)}
        </Button>
      )}
    </span>
  );
}
