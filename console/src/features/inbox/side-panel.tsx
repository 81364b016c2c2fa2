import { Link } from '@tanstack/react-router';
import { ArrowUpRight, CircleStop, Hourglass } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';

import type { Case, Contact, Conversation, Run } from '@/lib/api/types';
import { humanize, label, t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { IconButton } from '@/ui/button';
import { JsonView } from '@/ui/json';
import { ProblemBox, SkeletonRows } from '@/ui/states';
import { Ago, Countdown } from '@/ui/time';

import { AddressList } from '../contacts/address-list';
import { useContact } from '../contacts/queries';
import { displayName } from './filters';
import { useQueues, useStopRun } from './queries';

const StopDialog = lazy(() => import('./stop-dialog'));

export function SidePanel({ conversation }: { conversation: Conversation }) {
  const { data: contact, error, isPending, refetch } = useContact(conversation.contact);
  const labels = conversation.labels ?? [];
  const active = conversation.status === 'waiting' || conversation.status === 'open';
  return (
    <div className="flex flex-col divide-y divide-line text-sm">
      {conversation.case && active && <HandoffCard open={conversation.case} />}
      {labels.length > 0 && (
        <Section title={t('panel.labels')}>
          <div className="flex flex-wrap gap-1.5">
            {labels.map((name) => (
              <Badge key={name}>{name}</Badge>
            ))}
          </div>
        </Section>
      )}
      {isPending ? (
        <div className="p-4">
          <SkeletonRows rows={6} className="h-4" />
        </div>
      ) : error && !contact ? (
        <ProblemBox error={error} onRetry={() => void refetch()} className="m-4" />
      ) : contact ? (
        <>
          <Runs runs={contact.runs ?? []} contact={contact.id} />
          <About contact={contact} name={displayName(conversation)} />
        </>
      ) : null}
    </div>
  );
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section className="px-4 py-3.5">
      <header className="mb-1.5 flex items-center justify-between gap-2">
        <h3 className="text-xs font-medium text-ink-3">{title}</h3>
        {action}
      </header>
      {children}
    </section>
  );
}

/** Why a person is needed, and what the bot already knows (R-INB-4): nobody has to ask again. */
function HandoffCard({ open }: { open: Case }) {
  const queues = useQueues();
  const { handoff } = open;
  const fields = Object.entries(handoff.fields ?? {});
  return (
    <section className="bg-attention-soft/60 px-4 py-3.5">
      <h3 className="mb-1 flex items-center justify-between gap-2 text-xs font-medium text-attention">
        {label('handoff', handoff.reason)}
        <span className="font-normal text-ink-2">{queues.find((queue) => queue.id === open.queue)?.name ?? humanize(open.queue)}</span>
      </h3>
      {handoff.summary && <p>{handoff.summary}</p>}
      {fields.length > 0 && (
        <dl className="mt-2 flex flex-col gap-0.5">
          {fields.map(([name, value]) => (
            <div key={name} className="flex gap-3">
              <dt className="w-24 shrink-0 text-ink-2">{humanize(name)}</dt>
              <dd className="min-w-0 font-medium">
                <JsonView value={value} name={name} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {handoff.journey && (
        <p className="mt-2 text-xs text-ink-2">
          <Link to="/journeys/$name" params={{ name: handoff.journey }} className="underline underline-offset-2">
            {humanize(handoff.journey)}
          </Link>
          {handoff.step && ` › ${humanize(handoff.step)}`}
        </p>
      )}
    </section>
  );
}

function Runs({ runs, contact }: { runs: Run[]; contact: string }) {
  const stop = useStopRun(contact);
  const [asked, setAsked] = useState<Run | null>(null);
  return (
    <Section title={t('panel.runs')}>
      {runs.length === 0 ? (
        <p className="text-ink-3">{t('panel.no_runs')}</p>
      ) : (
        <ul className="flex flex-col gap-3">
          {runs.map((run) => (
            <li key={run.id}>
              <div className="flex items-start gap-2">
                <div className="min-w-0 flex-1">
                  <Link to="/journeys/$name" params={{ name: run.journey }} className="block truncate font-medium hover:underline">
                    {run.title ?? humanize(run.journey)}
                  </Link>
                  <p className="truncate text-xs text-ink-3">
                    {t('panel.stands_at', { step: humanize(run.step) })} · {run.instance_key}
                  </p>
                </div>
                <IconButton label={t('panel.stop_run')} className="size-7" onClick={() => setAsked(run)}>
                  <CircleStop aria-hidden />
                </IconButton>
              </div>
              <ul className="mt-1 flex flex-col gap-0.5 text-xs text-ink-2">
                {(run.timers ?? (run.due_at ? [{ kind: 'timer', step: run.step, at: run.due_at, label: '' }] : [])).map((timer) => (
                  <li key={`${timer.kind}${timer.at}`} className="flex items-center gap-1.5">
                    <Hourglass aria-hidden className="size-3 shrink-0 text-ink-3" />
                    <span className="min-w-0 flex-1 truncate">{timer.label || humanize(timer.kind)}</span>
                    <Countdown at={timer.at} over={(text) => t('panel.timer_due', { span: text })} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      )}
      <Suspense fallback={null}>{asked && <StopDialog run={asked} onClose={() => setAsked(null)} onStop={() => stop.mutate(asked.id)} />}</Suspense>
    </Section>
  );
}

function About({ contact, name }: { contact: Contact; name: string }) {
  const attributes = Object.entries(contact.attributes);
  return (
    <>
      <Section
        title={t('panel.contact')}
        action={
          <Link to="/contacts/$contact" params={{ contact: contact.id }} className="flex items-center gap-0.5 text-xs text-accent hover:underline">
            {t('panel.open_contact')} <ArrowUpRight aria-hidden className="size-3" />
          </Link>
        }
      >
        <p className="font-medium">{contact.name ?? name}</p>
        <p className="text-xs text-ink-3">
          {t('contact.since')} <Ago at={contact.created_at} />
          {contact.locale && ` · ${contact.locale}`}
          {contact.zones?.[0] && ` · ${contact.zones[0].zone}`}
        </p>
        <AddressList addresses={contact.addresses} compact />
      </Section>
      {attributes.length > 0 && (
        <Section title={t('panel.attributes')}>
          <dl className="flex flex-col gap-0.5">
            {attributes.map(([key, value]) => (
              <div key={key} className="flex gap-3">
                <dt className="w-24 shrink-0 truncate text-ink-3" title={key}>
                  {humanize(key)}
                </dt>
                <dd className="min-w-0 break-words">
                  <JsonView value={value} />
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      )}
    </>
  );
}
