import { Lock } from 'lucide-react';

import { clockTime } from '@/lib/format';
import { t } from '@/lib/i18n';

import { useUserName } from '../session/queries';

/** A note never leaves the house, and looks like it. */
export function NoteCard({ at, user, text }: { at: string; user: string; text: string }) {
  const userName = useUserName();
  return (
    <div className="mt-3 flex justify-end">
      <div className="w-full max-w-[34rem] rounded-lg border border-dashed border-note-line bg-note px-3.5 py-2 text-note-ink">
        <p className="mb-0.5 flex items-center gap-1.5 text-xs">
          <Lock aria-hidden className="size-3" />
          <span className="font-medium">{t('note.internal')}</span>
          <span>· {userName(user)}</span>
          <time dateTime={at} className="tnum ml-auto">
            {clockTime(at)}
          </time>
        </p>
        <p className="break-words whitespace-pre-wrap">{text}</p>
      </div>
    </div>
  );
}
