import { Link } from '@tanstack/react-router';
import { HelpCircle, Scale } from 'lucide-react';
import { useState } from 'react';

import { humanize, label, t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { Field, Select } from '@/ui/field';
import { Card } from '@/ui/page';
import { Empty, ProblemBox, Skeleton, SkeletonRows } from '@/ui/states';
import { Ago } from '@/ui/time';

import { DecisionLink } from '../decisions/decision-link';
import { RuleList } from '../decisions/rule-list';
import { useContactDecisions, useJourneyNames, useWhyNot } from './queries';

export function DecisionsTab({ contact }: { contact: string }) {
  const { data, error, isPending, refetch } = useContactDecisions(contact);
  return (
    <div className="flex flex-col gap-5">
      <WhyNotCard contact={contact} />
      <Card title={t('contact.tab.decisions')}>
        {isPending ? (
          <div className="p-4">
            <SkeletonRows rows={5} className="h-10" />
          </div>
        ) : error && !data ? (
          <ProblemBox error={error} onRetry={() => void refetch()} className="m-4" />
        ) : data && data.length > 0 ? (
          <ul className="divide-y divide-line">
            {data.map((decision) => (
              <li key={decision.id}>
                <DecisionLink decision={decision} />
              </li>
            ))}
          </ul>
        ) : (
          <Empty icon={<Scale aria-hidden />} title={t('decisions.empty.title')}>
            {t('decisions.empty.lead')}
          </Empty>
        )}
      </Card>
    </div>
  );
}

/** "Why did this person not get that journey?", also for people who never entered it (U4). */
function WhyNotCard({ contact }: { contact: string }) {
  const journeys = useJourneyNames();
  const [journey, setJourney] = useState('');
  const { data: answer, error, isFetching } = useWhyNot(contact, journey);
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          <HelpCircle aria-hidden className="size-4 text-accent" /> {t('whynot.title')}
        </span>
      }
    >
      <div className="flex flex-col gap-3 px-4 py-3.5">
        <Field label={t('whynot.journey')}>
          {(props) => (
            <Select {...props} value={journey} onChange={(event) => setJourney(event.target.value)}>
              <option value="">{t('whynot.choose')}</option>
              {journeys.map((row) => (
                <option key={row.name} value={row.name}>
                  {row.title ?? humanize(row.name)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div aria-live="polite" className="flex flex-col gap-3">
          {isFetching && <Skeleton className="h-12" />}
          {error && !isFetching && <ProblemBox error={error} />}
          {answer && !isFetching && (
            <>
              <p className="text-base">
                <Badge tone={answer.entered ? 'ok' : 'attention'} className="mr-2 align-[1px]">
                  {answer.entered ? t('whynot.entered') : label('whynot.code', answer.code)}
                </Badge>
                {answer.answer}
              </p>
              {answer.checks && answer.checks.length > 0 && <RuleList rules={answer.checks} />}
              {answer.runs && answer.runs.length > 0 && (
                <ul className="text-sm">
                  {answer.runs.map((run) => (
                    <li key={run.id} className="flex justify-between gap-3 py-1">
                      <span>
                        {run.instance_key} · {t(`run.${run.status}`)} · {humanize(run.step)}
                      </span>
                      <Ago at={run.entered_at} className="text-ink-3" />
                    </li>
                  ))}
                </ul>
              )}
              {answer.decisions?.map((decision) => (
                <Link key={decision.id} to="." search={(before) => ({ ...before, why: decision.id })} className="text-sm text-accent underline underline-offset-2">
                  {decision.wanted.summary}
                </Link>
              ))}
            </>
          )}
        </div>
      </div>
    </Card>
  );
}
