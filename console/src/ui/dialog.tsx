import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';

import { t } from '@/lib/i18n';

import { cx } from './cx';

interface Props {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  /** A panel at the right edge, or a window in the middle. */
  kind?: 'drawer' | 'window';
  /** `extra` is for what is worked on beside how it will look. */
  wide?: boolean | 'extra';
}

export function Dialog({ open, onClose, title, description, children, footer, kind = 'window', wide = false }: Props) {
  // A drawer is for reading: the focus goes to its text. In a window it goes to the first control.
  const text = useRef<HTMLDivElement>(null);
  const shape =
    kind === 'drawer'
      ? cx('slide fixed inset-y-0 right-0 h-dvh w-full border-l border-line', wide ? 'sm:max-w-2xl' : 'sm:max-w-lg')
      : cx('pop fixed top-[8dvh] left-1/2 max-h-[84dvh] w-[calc(100vw-1.5rem)] -translate-x-1/2 rounded-xl', wide === 'extra' ? 'max-w-5xl' : wide ? 'max-w-3xl' : 'max-w-lg');
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fade fixed inset-0 z-40 bg-scrim" />
        <Base.Popup initialFocus={kind === 'drawer' ? text : undefined} className={cx('z-50 flex flex-col bg-surface shadow-2 outline-none', shape)}>
          <header className="flex shrink-0 items-start gap-3 border-b border-line px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold tracking-tight">{title}</Base.Title>
              {description && <Base.Description className="mt-0.5 text-sm text-ink-2">{description}</Base.Description>}
            </div>
            <Base.Close aria-label={t('action.close')} className="-mr-2 inline-grid size-8 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-hover">
              <X className="size-4" aria-hidden />
            </Base.Close>
          </header>
          <div ref={text} className="min-h-0 flex-1 overflow-y-auto px-5 py-4 outline-none" tabIndex={-1}>
            {children}
          </div>
          {footer && <footer className="flex shrink-0 justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
