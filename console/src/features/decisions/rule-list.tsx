import { CircleCheck, CircleMinus, CircleX, Clock3 } from 'lucide-react';

import type { Outcome, RuleResult } from '@/lib/api/types';
import { sentence } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { ChannelIcon } from '@/ui/channel';
import { cx } from '@/ui/cx';
import { JsonView } from '@/ui/json';

const icons = { pass: CircleCheck, defer: Clock3, deny: CircleX, not_applicable: CircleMinus } as const;
const colours: Record<Outcome, string> = { pass: 'text-ok', defer: 'text-attention', deny: 'text-danger', not_applicable: 'text-ink-3' };

/** Every rule in the order in which it was asked, with what it looked at. */
export function RuleList({ rules }: { rules: RuleResult[] }) {
  return (
    <ol className="divide-y divide-line rounded-lg border border-line">
      {rules.map((rule, index) => {
        const Icon = icons[rule.outcome] ?? CircleMinus;
        const hasInputs = rule.inputs !== null && typeof rule.inputs === 'object' && Object.keys(rule.inputs).length > 0;
        const line = (
          <>
            <span className={cx('mt-0.5', colours[rule.outcome])} title={t(`outcome.${rule.outcome}`)}>
              <Icon aria-hidden className="size-4" />
              <span className="sr-only">{t(`outcome.${rule.outcome}`)}</span>
            </span>
            <span className="min-w-0 flex-1">
              <span className="flex items-center gap-1.5 text-sm font-medium">
                {label('rule', rule.rule)}
                {rule.channel && <ChannelIcon channel={rule.channel} />}
              </span>
              <span className="block text-sm text-ink-2">{sentence(rule.detail)}</span>
            </span>
          </>
        );
        return (
          <li key={index} className={cx(rule.outcome === 'deny' || rule.outcome === 'defer' ? 'bg-sunken/60' : '')}>
            {hasInputs ? (
              <details className="group">
                <summary className="focus-inset flex list-none items-start gap-2.5 px-3.5 py-2.5 hover:bg-hover/60 [&::-webkit-details-marker]:hidden">
                  {line}
                  <span aria-hidden className="mt-0.5 text-xs text-ink-3 group-open:hidden">
                    {t('why.inputs')}
                  </span>
                </summary>
                <div className="mx-3.5 mb-3 rounded-md bg-sunken px-3 py-2 text-xs">
                  <JsonView value={rule.inputs} />
                </div>
              </details>
            ) : (
              <div className="flex items-start gap-2.5 px-3.5 py-2.5">{line}</div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
