import { ArrowUp, ChevronLeft } from 'lucide-react';
import { Fragment, useState } from 'react';

import type { Phone } from '@/lib/api/types';
import { useNow } from '@/lib/clock';
import { clockTime, dayOf, phone as phoneText, sameDay } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

import { Choices } from './choices';
import { entriesOf, useDeed, useSimStatus } from './queries';
import { useThreadEnd } from './use-thread';

/** The phone's own message program: SMS, and RCS with its suggestions. */
export function SmsScreen({ phone, line }: { phone: Phone; line: 'sms' | 'rcs' }) {
  const entries = entriesOf(phone, line);
  const deed = useDeed(phone.id);
  const { data: status } = useSimStatus();
  const [text, setText] = useState('');
  const frame = useThreadEnd(entries);
  const now = useNow();
  const sender = entries.findLast((entry) => entry.from_business)?.business ?? (line === 'sms' ? status?.twilio.numbers[0] : undefined) ?? t('phones.business');
  const send = (): void => {
    if (!text.trim()) return;
    deed.mutate({ path: 'texts', body: { line, text: text.trim() } });
    setText('');
  };
  return (
    <>
      <div className="flex h-13 shrink-0 flex-col items-center justify-center border-b border-black/10 bg-[#f6f6f8] text-[#14181c]">
        <ChevronLeft aria-hidden className="absolute left-5 size-5 text-[#0a62c4]" />
        <span className="tnum text-[13px] font-semibold">{line === 'sms' ? phoneText(sender) : sender}</span>
        <span className="text-[11px] text-[#555e66]">{t(line === 'sms' ? 'phones.text_message' : 'phones.rcs_message')}</span>
      </div>
      <div ref={frame} role="log" aria-label={t('phones.thread', { line: t(`channel.${line}`) })} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto bg-white px-3 py-2.5">
        {entries.length === 0 && <p className="mt-8 text-center text-xs text-[#555e66]">{t('phones.nothing_yet')}</p>}
        {entries.map((entry, index) => {
          const day = dayOf(entry.at, now);
          const mine = !entry.from_business;
          return (
            <Fragment key={entry.id}>
              {(index === 0 || !sameDay(entries[index - 1]?.at ?? '', entry.at)) && (
                <p className="my-2 text-center text-[11px] text-[#555e66]">{day.kind === 'date' ? day.text : t(`day.${day.kind}`)}</p>
              )}
              <div className={cx('mb-1.5 flex flex-col', mine ? 'items-end' : 'items-start')}>
                <p className={cx('max-w-[82%] rounded-[1.1rem] px-3 py-1.5 text-[13.5px] leading-snug break-words whitespace-pre-wrap', mine ? 'rounded-br-md bg-[#0a62c4] text-white' : 'rounded-bl-md bg-[#e9e9eb] text-[#14181c]')}>
                  {entry.shown.header && <span className="block font-semibold">{entry.shown.header}</span>}
                  {entry.revoked ? <em>{t('content.revoked')}</em> : entry.shown.text || (entry.shown.media ? (entry.shown.media.filename ?? label('media', entry.shown.media.kind)) : `[${entry.kind}]`)}
                </p>
                {!mine && !entry.revoked && (
                  <Choices
                    shown={entry.shown}
                    answered={entries.some((other) => other.context === entry.id && !other.from_business)}
                    onTap={(choice) => deed.mutate({ path: 'taps', body: { message: entry.id, choice } })}
                    onPick={(choice) => deed.mutate({ path: 'picks', body: { message: entry.id, choice } })}
                  />
                )}
                <span className="tnum mt-0.5 px-1 text-[10.5px] text-[#555e66]">{clockTime(entry.at)}</span>
              </div>
            </Fragment>
          );
        })}
      </div>
      <form
        className="flex shrink-0 items-center gap-2 bg-white px-2.5 pt-1 pb-4"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <label className="flex h-9 min-w-0 flex-1 items-center rounded-full border border-[#8e8e93] px-3.5">
          <input aria-label={t('phones.type', { line: t(`channel.${line}`) })} placeholder={t('phones.text_message')} value={text} onChange={(event) => setText(event.target.value)} className="min-w-0 flex-1 bg-transparent text-sm text-[#14181c] outline-none placeholder:text-[#667]" />
        </label>
        <button type="submit" aria-label={t('composer.send')} className="grid size-8 shrink-0 place-items-center rounded-full bg-[#0a62c4] text-white outline-offset-2">
          <ArrowUp aria-hidden className="size-4" />
        </button>
      </form>
    </>
  );
}
