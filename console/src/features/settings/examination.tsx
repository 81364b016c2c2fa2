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

/** Looks at a sender's set-up when it is asked to, and says of each hop what was found and how to mend it. */
export function ExaminationOf({ sender }: { sender: Sender }) {
  const examine = useMutation({ mutationFn: () => api.post<Examination>(`/v1/senders/${sender.id}/examination`), onError: tell });
  return (
    <div className="max-w-96 space-y-2">
      <Button size="sm" busy={examine.isPending} onClick={() => examine.mutate()} aria-label={t('senders.examine.of', { name: sender.name })}>
        {t('senders.examine')}
      </Button>
      <div aria-live="polite">
        {examine.data && (examine.data.hops.length > 0 ? <Hops hops={examine.data.hops} /> : <p className="text-xs text-ink-3">{t('senders.examine.nothing')}</p>)}
      </div>
    </div>
  );
}

function Hops({ hops }: { hops: SenderHop[] }) {
  return (
    <ul className="space-y-2 text-xs text-ink-2">
      {hops.map((hop) => (
        <li key={hop.hop}>
          <Badge tone={tones[hop.state]}>
            <Dot tone={tones[hop.state]} /> {initials.has(hop.hop) ? hop.hop.toUpperCase() : humanize(hop.hop)}: {t(words[hop.state])}
          </Badge>
          <span className="mt-1 block">{hop.found}</span>
          {hop.mend && <span className="block font-medium break-words text-ink">{hop.mend}</span>}
        </li>
      ))}
    </ul>
  );
}
