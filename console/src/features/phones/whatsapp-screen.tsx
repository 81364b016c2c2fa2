import { ArrowLeft, Check, CheckCheck, Phone as PhoneIcon, SendHorizontal, ShieldCheck } from 'lucide-react';
import { Fragment, useCallback, useState } from 'react';

import type { Phone, PhoneEntry } from '@/lib/api/types';
import { clockTime, dayOf, sameDay } from '@/lib/format';
import { useNow } from '@/lib/clock';
import { label, t } from '@/lib/i18n';
import { cx } from '@/ui/cx';
import { WhatsappText } from '@/ui/whatsapp-text';

import { Choices } from './choices';
import { useDeed, useSimStatus } from './queries';
import { useThreadEnd } from './use-thread';

export function WhatsappScreen({ phone }: { phone: Phone }) {
  const deed = useDeed(phone.id);
  const { data: status } = useSimStatus();
  const [text, setText] = useState('');
  const { mutate } = deed;
  const manual = phone.persona === 'manual' && phone.read_receipts;
  const read = useCallback((message: string) => mutate({ path: 'reads', body: { message } }), [mutate]);
  const frame = useThreadEnd(phone.whatsapp, manual ? read : undefined);
  const business = phone.whatsapp.findLast((entry) => entry.from_business)?.business;
  const name = status?.cloud.numbers.find((number) => number.id === business)?.verified_name ?? status?.cloud.numbers[0]?.verified_name ?? t('phones.business');
  const now = useNow();
  const send = (): void => {
    if (!text.trim()) return;
    mutate({ path: 'texts', body: { line: 'whatsapp', text: text.trim() } });
    setText('');
  };
  return (
    <>
      <div className="flex h-13 shrink-0 items-center gap-2.5 bg-[#0b5d4f] px-3 text-white">
        <ArrowLeft aria-hidden className="size-4" />
        <span aria-hidden className="grid size-8 place-items-center rounded-full bg-white/20 text-xs font-semibold">
          {name.slice(0, 1)}
        </span>
        <span className="min-w-0 flex-1">
          <span className="flex items-center gap-1 truncate text-sm font-medium">
            {name} <ShieldCheck aria-hidden className="size-3.5 opacity-80" />
          </span>
          <span className="block text-[11px] opacity-90">{business && phone.typing.includes(business) ? t('phones.typing') : t('phones.business_account')}</span>
        </span>
        <PhoneIcon aria-hidden className="size-4" />
      </div>
      <div ref={frame} role="log" aria-label={t('phones.thread', { line: t('channel.whatsapp') })} tabIndex={0} className="min-h-0 flex-1 overflow-y-auto bg-[#efe7dd] px-3 py-2.5">
        {phone.whatsapp.length === 0 && <p className="mx-auto mt-8 max-w-52 rounded-lg bg-white/80 px-3 py-2 text-center text-xs text-[#4a5259]">{t('phones.nothing_yet')}</p>}
        {phone.whatsapp.map((entry, index) => {
          const day = dayOf(entry.at, now);
          return (
            <Fragment key={entry.id}>
              {(index === 0 || !sameDay(phone.whatsapp[index - 1]?.at ?? '', entry.at)) && (
                <p className="mx-auto my-2 w-fit rounded-md bg-white/85 px-2.5 py-0.5 text-[11px] text-[#4a5259]">{day.kind === 'date' ? day.text : t(`day.${day.kind}`)}</p>
              )}
              <Bubble
                entry={entry}
                quoted={entry.context ? phone.whatsapp.find((other) => other.id === entry.context) : undefined}
                answered={phone.whatsapp.some((other) => other.context === entry.id && !other.from_business)}
                onTap={(choice) => mutate({ path: 'taps', body: { message: entry.id, choice } })}
                onPick={(choice) => mutate({ path: 'picks', body: { message: entry.id, choice } })}
              />
            </Fragment>
          );
        })}
      </div>
      <form
        className="flex shrink-0 items-center gap-2 bg-[#efe7dd] px-2.5 pt-1 pb-4"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <label className="flex h-9 min-w-0 flex-1 items-center gap-2 rounded-full bg-white px-3.5">
          <input aria-label={t('phones.type', { line: t('channel.whatsapp') })} placeholder={t('phones.message')} value={text} onChange={(event) => setText(event.target.value)} className="min-w-0 flex-1 bg-transparent text-sm text-[#14181c] outline-none placeholder:text-[#667]" />
        </label>
        <button type="submit" aria-label={t('composer.send')} className="grid size-9 shrink-0 place-items-center rounded-full bg-[#0b7a5f] text-white outline-offset-2">
          <SendHorizontal aria-hidden className="size-4" />
        </button>
      </form>
    </>
  );
}

function Bubble({ entry, quoted, answered, onTap, onPick }: { entry: PhoneEntry; quoted?: PhoneEntry; answered: boolean; onTap: (choice: string) => void; onPick: (choice: string) => void }) {
  const mine = !entry.from_business;
  const { shown } = entry;
  return (
    <div className={cx('mb-1.5 flex flex-col', mine ? 'items-end' : 'items-start')}>
      <div className={cx('max-w-[85%] rounded-xl px-2.5 pt-1.5 pb-1 text-[13.5px] leading-snug shadow-[0_1px_1px_rgb(0_0_0/0.12)]', mine ? 'rounded-tr-sm bg-[#d5f4c9]' : 'rounded-tl-sm bg-white')}>
        {entry.revoked ? (
          <em className="text-[#555e66]">{t('content.revoked')}</em>
        ) : (
          <>
            {quoted && <p className="mb-1 line-clamp-2 border-l-2 border-[#0b7a5f] bg-black/4 px-2 py-0.5 text-xs text-[#4a5259]">{quoted.shown.text || quoted.shown.header || label('media', quoted.shown.media?.kind)}</p>}
            {shown.header && <p className="font-semibold">{shown.header}</p>}
            {shown.media && <p className="mb-1 rounded-md bg-black/8 px-2 py-3 text-center text-xs">{shown.media.filename ?? label('media', shown.media.kind)}</p>}
            <WhatsappText text={shown.text || (shown.media ? '' : `[${entry.kind}]`)} />
            {shown.footer && <p className="mt-0.5 text-xs text-[#555e66]">{shown.footer}</p>}
          </>
        )}
        <p className="mt-0.5 flex items-center justify-end gap-1 text-[10.5px] text-[#555e66]">
          <span className="tnum">{clockTime(entry.at)}</span>
          {mine && (entry.read_at ? <CheckCheck aria-hidden className="size-3.5 text-[#1273a8]" /> : entry.delivered_at ? <CheckCheck aria-hidden className="size-3.5" /> : <Check aria-hidden className="size-3.5" />)}
        </p>
      </div>
      {entry.reaction && <span className="-mt-1.5 rounded-full bg-white px-1 text-xs shadow">{entry.reaction}</span>}
      {!mine && <Choices shown={shown} answered={answered} onTap={onTap} onPick={onPick} />}
    </div>
  );
}
