import { Link } from '@tanstack/react-router';

import type { Decision } from '@/lib/api/types';
import { humanize, label, t } from '@/lib/i18n';
import { Dot } from '@/ui/badge';
import { ListTime } from '@/ui/time';

import { verdictSentence, verdictTone } from './sentence';

export function DecisionLink({ decision }: { decision: Decision }) {
  const { origin } = decision.wanted;
  return (
    <Link to="." search={(before) => ({ ...before, why: decision.id })} className="focus-inset flex items-start gap-3 px-4 py-2.5 text-sm hover:bg-hover/60">
      <span className="pt-1.5">
        <Dot tone={verdictTone(decision)} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block">{verdictSentence(decision)}</span>
        <span className="block truncate text-xs text-ink-3">
          {origin.by === 'journey' ? `${humanize(origin.journey)} › ${humanize(origin.step)}` : t(`origin.${origin.by}`)} · {label('stage', decision.stage)}
          {decision.wanted.summary && ` · “${decision.wanted.summary}”`}
        </span>
      </span>
      <ListTime at={decision.at} className="text-xs text-ink-3" />
    </Link>
  );
}
