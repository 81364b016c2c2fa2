import { ArrowUp, ChevronLeft, ExternalLink } from 'lucide-react';
import { useState } from 'react';

import type { Phone, PhoneEntry } from '@/lib/api/types';
import { clockTime } from '@/lib/format';
import { t } from '@/lib/i18n';
import { notify } from '@/lib/toasts';
import { ListTime } from '@/ui/time';

import { webLink } from './choices';
import { type Deed, useDeed, useMail, useSimStatus } from './queries';

/** The person's mail program: the newest mail first, each as it came. */
export function MailScreen({ phone }: { phone: Phone }) {
  const [open, setOpen] = useState<string | null>(null);
  const deed = useDeed(phone.id);
  const entry = phone.email_messages.find((one) => one.id === open);
  const act = (next: Deed): void => deed.mutate(next, { onSuccess: () => notify('ok', t('phones.mail_done')) });
  return (
    <>
      <div className="flex h-13 shrink-0 items-center gap-2 border-b border-black/10 bg-[#f6f6f8] px-4 text-[#14181c]">
        {entry ? (
          <button type="button" onClick={() => setOpen(null)} className="flex items-center gap-1 text-[13px] font-medium text-[#0a62c4]">
            <ChevronLeft aria-hidden className="size-4" /> {t('phones.mail_back')}
          </button>
        ) : (
          <span className="min-w-0">
            <span className="block text-[13px] font-semibold">{t('phones.mails')}</span>
            <span className="block truncate text-[11px] text-[#555e66]">{phone.email}</span>
          </span>
        )}
      </div>
      <div role="log" aria-label={t('phones.thread', { line: t('channel.email') })} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto bg-white">
        {entry ? (
          <Opened phone={phone} entry={entry} act={act} />
        ) : (
          <MailList entries={phone.email_messages} onOpen={(message) => setOpen(message.id)} />
        )}
      </div>
      <Write send={(text) => deed.mutate({ path: 'texts', body: { line: 'email', text } })} />
    </>
  );
}

function MailList({ entries, onOpen }: { entries: PhoneEntry[]; onOpen: (entry: PhoneEntry) => void }) {
  if (entries.length === 0) return <p className="mt-8 text-center text-xs text-[#555e66]">{t('phones.nothing_yet')}</p>;
  return (
    <ul>
      {entries.toReversed().map((entry) => (
        <li key={entry.id} className="border-b border-black/10">
          <button type="button" onClick={() => onOpen(entry)} className="w-full px-4 py-2.5 text-left hover:bg-black/4">
            <span className="flex items-baseline justify-between gap-2">
              <span className="min-w-0 truncate text-[13px] font-medium">{entry.from_business ? entry.business : t('phones.mail_from_me')}</span>
              <ListTime at={entry.at} className="shrink-0 text-[11px] text-[#555e66]" />
            </span>
            {entry.shown.header && <span className="block truncate text-[13px]">{entry.shown.header}</span>}
            <span className="block truncate text-xs text-[#555e66]">{entry.shown.text}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Opened({ phone, entry, act }: { phone: Phone; entry: PhoneEntry; act: (deed: Deed) => void }) {
  const { data: mail } = useMail(phone.id, entry.from_business ? entry.id : undefined);
  const links = entry.shown.taps?.filter((tap) => tap.kind === 'url' && webLink(tap.target)) ?? [];
  const button = 'rounded-md border border-[#8e8e93] px-2 py-1 text-xs text-[#14181c] hover:bg-black/4';
  return (
    <article className="flex min-h-full flex-col gap-2.5 px-4 py-3 text-[#14181c]">
      <header>
        <h4 className="text-[15px] font-semibold break-words">{mail?.subject ?? entry.shown.header ?? t('channel.email')}</h4>
        <p className="tnum text-xs break-words text-[#555e66]">
          {mail?.from ?? (entry.from_business ? entry.business : t('phones.mail_from_me'))} · {clockTime(entry.at)}
        </p>
      </header>
      {mail?.html ? (
        // An empty sandbox: no scripts, no forms, no way out; the page's policy keeps it from fetching anything.
        <iframe sandbox="" title={t('phones.mail_body')} srcDoc={mail.html} className="min-h-64 w-full flex-1 rounded-md border border-black/10 bg-white" />
      ) : (
        <p className="text-[13.5px] break-words whitespace-pre-wrap">{mail?.text ?? entry.shown.text}</p>
      )}
      {links.length > 0 && (
        <ul aria-label={t('phones.mail_links')} className="flex flex-col gap-1 text-xs">
          {links.map((tap) => (
            <li key={tap.id + tap.title}>
              <a href={tap.target} title={tap.target} target="_blank" rel="noreferrer" className="inline-flex items-center gap-1 break-all text-[#0a62c4] underline underline-offset-2">
                <ExternalLink aria-hidden className="size-3 shrink-0" /> {tap.title}
              </a>
            </li>
          ))}
        </ul>
      )}
      {entry.from_business && (
        <div className="flex flex-wrap gap-1.5">
          {(mail?.one_click || mail?.unsubscribe_mail) && (
            <button type="button" className={button} onClick={() => act({ path: 'unsubscribes', body: { message: entry.id } })}>
              {t('phones.mail_opt_out')}
            </button>
          )}
          <button type="button" className={button} onClick={() => act({ path: 'complaints', body: { message: entry.id } })}>
            {t('phones.mail_spam')}
          </button>
          <button type="button" className={button} onClick={() => act({ path: 'bounces', body: { message: entry.id } })}>
            {t('phones.mail_bounce')}
          </button>
        </div>
      )}
    </article>
  );
}

function Write({ send }: { send: (text: string) => void }) {
  const { data: status } = useSimStatus();
  const [text, setText] = useState('');
  return (
    <form
      className="flex shrink-0 items-center gap-2 bg-white px-2.5 pt-1 pb-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim()) return;
        send(text.trim());
        setText('');
      }}
    >
      <label className="flex h-9 min-w-0 flex-1 items-center rounded-full border border-[#8e8e93] px-3.5">
        <input aria-label={t('phones.type', { line: t('channel.email') })} placeholder={t('phones.mail_reply')} title={status?.mail?.business} value={text} onChange={(event) => setText(event.target.value)} className="min-w-0 flex-1 bg-transparent text-sm text-[#14181c] outline-none placeholder:text-[#667]" />
      </label>
      <button type="submit" aria-label={t('composer.send')} className="grid size-8 shrink-0 place-items-center rounded-full bg-[#0a62c4] text-white outline-offset-2">
        <ArrowUp aria-hidden className="size-4" />
      </button>
    </form>
  );
}
