import { useMutation } from '@tanstack/react-query';

import { api } from '@/lib/api/client';
import type { Examination, Sender, SenderHop } from '@/lib/api/types';
import { humanize, t } from '@/lib/i18n';
import { tell } from '@/lib/problems';
import { Badge, Dot } from '@/ui/badge';
import { Button } from '@/ui/button';

const tones = { good: 'ok', unasked: 'neutral', doubtful: 'attention', broken: 'danger' } as const;

const words = { good: 'senders.hop.good', unasked: 'senders.hop.unasked', doubtful: 'senders.hop.doubtful', broken: 'senders.hop.broken' } as const;

/** Short names that people know from their providers are not taken apart. */
const initials = new Set(['spf', 'dkim', 'dmarc', 'mx']);

/** Looks at a sender's set-up when it is asked to. */
export function useExamination(sender: Sender) {
  return useMutation({ mutationFn: () => api.post<Examination>(`/v1/senders/${sender.id}/examination`), onError: tell });
}

export function ExamineButton({ sender, busy, onClick }: { sender: Sender; busy: boolean; onClick: () => void }) {
  return (
    <Button size="sm" busy={busy} onClick={onClick} aria-label={t('senders.examine.of', { name: sender.name })}>
      {t('senders.examine')}
    </Button>
  );
}

/** What was found at each hop, and how to mend it. */
export function Found({ examination }: { examination: Examination }) {
  return <div role="status">{examination.hops.length > 0 ? <Hops hops={examination.hops} /> : <p className="text-xs text-ink-3">{t('senders.examine.nothing')}</p>}</div>;
}

function Hops({ hops }: { hops: SenderHop[] }) {
  return (
    <ul className="grid gap-x-6 gap-y-3 text-xs text-ink-2 sm:grid-cols-2 xl:grid-cols-3">
      {hops.map((hop) => (
        <li key={hop.hop} className="min-w-0">
          <Badge tone={tones[hop.state]}>
            <Dot tone={tones[hop.state]} /> {initials.has(hop.hop) ? hop.hop.toUpperCase() : humanize(hop.hop)}: {t(words[hop.state])}
          </Badge>
          <span className="mt-1 block break-words">{hop.found}</span>
          {hop.mend && <span className="block font-medium break-words text-ink">{hop.mend}</span>}
        </li>
      ))}
    </ul>
  );
}
