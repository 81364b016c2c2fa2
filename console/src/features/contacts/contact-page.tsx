import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft, MessagesSquare } from 'lucide-react';

import type { Contact } from '@/lib/api/types';
import { addressText, count, span } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';
import { Avatar } from '@/ui/avatar';
import { ChannelIcon, channelName } from '@/ui/channel';
import { cx } from '@/ui/cx';
import { JsonView } from '@/ui/json';
import { Card, Definition } from '@/ui/page';
import { ProblemBox, Skeleton } from '@/ui/states';
import { TabPanel, Tabs } from '@/ui/tabs';
import { Ago, Countdown } from '@/ui/time';

import { AddressList } from './address-list';
import { ConsentTab } from './consent-tab';
import { DecisionsTab } from './decisions-tab';
import { MessagesTab, RunsTab } from './lists';
import { useContact } from './queries';
import { TimelineTab } from './timeline-tab';

export function ContactPage() {
  const { contact: id } = useParams({ from: '/app/contacts/$contact' });
  const search = useSearch({ from: '/app/contacts/$contact' });
  const navigate = useNavigate();
  const { data: contact, error, refetch } = useContact(id);
  const tab = search.tab ?? 'timeline';
  const go = (change: Partial<typeof search>): void => void navigate({ to: '/contacts/$contact', params: { contact: id }, search: { ...search, ...change }, replace: true });

  if (error && !contact) return <ProblemBox error={error} onRetry={() => void refetch()} className="m-auto max-w-md" />;
  if (!contact) return <Skeleton className="m-6 h-24" />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-6xl">
        <Head contact={contact} />
        <Tabs
          value={tab}
          label={t('contact.tabs')}
          onChange={(next) => go({ tab: next as typeof tab, entry: undefined })}
          tabs={(['timeline', 'consent', 'decisions', 'messages', 'runs'] as const).map((name) => ({ id: name, text: t(`contact.tab.${name}`) }))}
        >
          <div className="grid items-start gap-6 px-4 py-5 sm:px-6 lg:grid-cols-[minmax(0,1fr)_20rem]">
            <TabPanel id={tab} className="min-w-0">
              {tab === 'timeline' && <TimelineTab contact={id} kinds={search.kinds ?? ''} onKinds={(kinds) => go({ kinds: kinds || undefined })} />}
              {tab === 'consent' && <ConsentTab contact={contact} entry={search.entry} onEntry={(entry) => go({ entry })} />}
              {tab === 'decisions' && <DecisionsTab contact={id} />}
              {tab === 'messages' && <MessagesTab contact={id} />}
              {tab === 'runs' && <RunsTab contact={id} />}
            </TabPanel>
            <About contact={contact} />
          </div>
        </Tabs>
      </div>
    </div>
  );
}

function Head({ contact }: { contact: Contact }) {
  const first = contact.addresses[0];
  const name = contact.name ?? (first ? addressText(first) : contact.id);
  return (
    <header className="flex items-center gap-3.5 px-4 pt-5 pb-3 sm:px-6">
      <Link to="/contacts" aria-label={t('contact.back')} className="-ml-2 grid size-8 place-items-center rounded-md text-ink-2 hover:bg-hover">
        <ArrowLeft aria-hidden className="size-4" />
      </Link>
      <Avatar name={name} size="lg" />
      <div className="min-w-0 flex-1">
        <h1 className="truncate text-xl font-semibold tracking-tight">{name}</h1>
        <p className="truncate text-sm text-ink-2">
          {t('contact.since')} <Ago at={contact.created_at} />
          {contact.locale && ` · ${contact.locale}`}
        </p>
      </div>
      {contact.conversation_id && (
        <Link
          to="/inbox/$conversation"
          params={{ conversation: contact.conversation_id }}
          className="inline-flex h-8.5 shrink-0 items-center gap-2 rounded-md border border-line-strong bg-raised px-3 text-sm shadow-1 hover:bg-hover"
        >
          <MessagesSquare aria-hidden className="size-4" /> <span className="max-sm:sr-only">{t('contact.conversation')}</span>
        </Link>
      )}
    </header>
  );
}

function About({ contact }: { contact: Contact }) {
  return (
    <div className="flex flex-col gap-5">
      <Card title={t('contact.addresses')}>
        <AddressList addresses={contact.addresses} />
      </Card>
      {((contact.windows?.length ?? 0) > 0 || (contact.caps?.length ?? 0) > 0) && (
        <Card title={t('contact.may')}>
          <ul className="flex flex-col gap-2.5 px-4 py-3 text-sm">
            {contact.windows?.map((window) => (
              <li key={window.sender} className="flex items-center gap-2">
                <ChannelIcon channel={window.channel} named={false} />
                <span className="flex-1">{t('contact.window', { channel: channelName(window.channel) })}</span>
                <span className={cx(window.open ? 'text-ok' : 'text-ink-3')}>{window.open && window.closes_at ? <Countdown at={window.closes_at} /> : t('window.closed')}</span>
              </li>
            ))}
            {contact.caps?.map((cap) => (
              <li key={cap.name}>
                <p className="flex justify-between gap-3">
                  <span>{label('cap', cap.name)}</span>
                  <span className="tnum text-ink-2">
                    {count(cap.used)} / {count(cap.limit)} · {span(cap.window_ms)}
                  </span>
                </p>
                <span aria-hidden className="mt-1 block h-1 overflow-hidden rounded-full bg-sunken">
                  <span className={cx('block h-full rounded-full', cap.used >= cap.limit ? 'bg-attention-mark' : 'bg-accent')} style={{ width: `${Math.min(100, (cap.used / Math.max(1, cap.limit)) * 100)}%` }} />
                </span>
              </li>
            ))}
          </ul>
        </Card>
      )}
      <Card title={t('contact.attributes')}>
        <dl className="px-4 py-2.5">
          {Object.entries(contact.attributes).map(([name, value]) => (
            <Definition key={name} term={humanize(name)}>
              <JsonView value={value} />
            </Definition>
          ))}
          {contact.advert && (
            <Definition term={t('contact.advert')}>
              {contact.advert.first.headline || contact.advert.first.source_id || contact.advert.first.url}{' '}
              <span className="text-xs text-ink-3">
                (<Ago at={contact.advert.first.at} />)
              </span>
            </Definition>
          )}
          {(contact.zones ?? []).map((zone) => (
            <Definition key={zone.source} term={t('contact.zone')}>
              {zone.zone} <span className="text-xs text-ink-3">({label('zone', zone.source)})</span>
            </Definition>
          ))}
          {Object.keys(contact.attributes).length === 0 && (contact.zones ?? []).length === 0 && !contact.advert && <p className="py-1 text-sm text-ink-3">{t('contact.no_attributes')}</p>}
        </dl>
      </Card>
    </div>
  );
}
