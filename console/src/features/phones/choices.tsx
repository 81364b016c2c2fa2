import { ExternalLink, List, Reply } from 'lucide-react';
import { useState } from 'react';

import type { Shown } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

interface Props {
  shown: Shown;
  answered: boolean;
  onTap: (choice: string) => void;
  onPick: (choice: string) => void;
}

const pill = 'flex min-h-8.5 items-center justify-center gap-1.5 rounded-lg bg-white px-2 text-[13px] font-medium shadow-[0_1px_1px_rgb(0_0_0/0.12)] ring-1 ring-black/5';

/** Whether it leads to a page: what a business sends as a link may be anything. */
export function webLink(target: string | undefined): boolean {
  return /^https?:\/\//i.test(target ?? '');
}

/** What can be tapped below a message: its buttons, and the list that it opens. */
export function Choices({ shown, answered, onTap, onPick }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      {shown.taps && shown.taps.length > 0 && (
        <div className="mt-1 flex w-[85%] flex-col gap-1">
          {shown.taps.map((tap) => {
            const leaves = tap.kind === 'url' || tap.kind === 'phone';
            if (tap.kind === 'url' && webLink(tap.target)) {
              return (
                <a key={tap.id + tap.title} href={tap.target} title={tap.target} target="_blank" rel="noreferrer" className={cx(pill, 'text-[#0b5d88] hover:bg-[#f3f8fb]')}>
                  <ExternalLink aria-hidden className="size-3.5 shrink-0" /> {tap.title}
                </a>
              );
            }
            return (
              <button
                key={tap.id + tap.title}
                type="button"
                disabled={leaves}
                title={tap.target}
                onClick={() => onTap(tap.id)}
                className={cx(pill, answered ? 'text-[#555e66]' : 'text-[#0b5d88] hover:bg-[#f3f8fb]')}
              >
                {leaves ? <ExternalLink aria-hidden className="size-3.5 shrink-0" /> : <Reply aria-hidden className="size-3.5 shrink-0" />}
                {tap.title}
              </button>
            );
          })}
        </div>
      )}
      {shown.rows && shown.rows.length > 0 && (
        <div className="mt-1 w-[85%] overflow-hidden rounded-lg bg-white shadow-[0_1px_1px_rgb(0_0_0/0.12)] ring-1 ring-black/5">
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex h-8.5 w-full items-center justify-center gap-1.5 text-[13px] font-medium text-[#0b5d88]">
            <List aria-hidden className="size-3.5" /> {shown.list_button ?? t('phones.open_list')}
          </button>
          {open && (
            <ul className="border-t border-black/10">
              {shown.rows.map((row) => (
                <li key={row.id}>
                  <button
                    type="button"
                    onClick={() => {
                      setOpen(false);
                      onPick(row.id);
                    }}
                    className="w-full px-3 py-2 text-left text-[13px] hover:bg-black/4"
                  >
                    {row.title}
                    {row.description && <span className="block text-xs text-[#555e66]">{row.description}</span>}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </>
  );
}
