import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { BookUser, Search } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';

import type { ContactRow } from '@/lib/api/types';
import { addressText } from '@/lib/format';
import { t } from '@/lib/i18n';
import { useShortcuts } from '@/lib/shortcuts';
import { Avatar } from '@/ui/avatar';
import { Button } from '@/ui/button';
import { Input } from '@/ui/field';
import { PageHead } from '@/ui/page';
import { Empty, ProblemBox, SkeletonRows } from '@/ui/states';
import { Ago } from '@/ui/time';

import { useContacts } from './queries';

export function ContactsPage() {
  const { q = '' } = useSearch({ from: '/app/contacts' });
  const navigate = useNavigate();
  const [text, setText] = useState(q);
  const list = useContacts(q);
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  useShortcuts({ '/': () => document.getElementById('contact-search')?.focus() });

  useEffect(() => {
    const timer = setTimeout(() => {
      if (text !== q) void navigate({ to: '/contacts', search: { q: text || undefined }, replace: true });
    }, 200);
    return () => clearTimeout(timer);
  }, [text, q, navigate]);

  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto w-full max-w-5xl">
        <PageHead title={t('nav.contacts')} lead={t('contacts.lead')} />
        <div className="relative mx-4 mb-4 sm:mx-6">
          <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" />
          <Input id="contact-search" type="search" className="h-10! pl-9!" aria-label={t('contacts.search')} placeholder={t('contacts.search')} value={text} onChange={(event) => setText(event.target.value)} />
        </div>
        <div className="mx-4 mb-8 overflow-hidden rounded-lg border border-line bg-surface shadow-1 sm:mx-6">
          {list.isPending ? (
            <div className="p-4">
              <SkeletonRows rows={8} className="h-10" />
            </div>
          ) : list.isError ? (
            <ProblemBox error={list.error} onRetry={() => void list.refetch()} className="m-4" />
          ) : items.length === 0 ? (
            <Empty icon={<BookUser aria-hidden />} title={q ? t('contacts.none_found', { q }) : t('contacts.empty.title')}>
              {q ? t('contacts.none_found_lead') : t('contacts.empty.lead')}
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((contact) => (
                <Row key={contact.id} contact={contact} />
              ))}
            </ul>
          )}
        </div>
        {list.hasNextPage && (
          <div className="pb-8 text-center">
            <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('action.more')}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}

function Row({ contact }: { contact: ContactRow }) {
  const first = contact.addresses?.[0];
  const name = contact.name ?? (first ? addressText(first) : contact.id);
  return (
    <li>
      <Link to="/contacts/$contact" params={{ contact: contact.id }} className="focus-inset flex items-center gap-3 px-4 py-2.5 transition-colors hover:bg-hover/60">
        <Avatar name={name} />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{name}</span>
          <span className="tnum block truncate text-xs text-ink-3">{(contact.addresses ?? []).map(addressText).join(' · ')}</span>
        </span>
        {contact.locale && <span className="hidden text-xs text-ink-3 sm:block">{contact.locale}</span>}
        <span className="w-20 text-right text-xs text-ink-3">{contact.last_seen_at ? <Ago at={contact.last_seen_at} /> : '—'}</span>
      </Link>
    </li>
  );
}
