import { useNavigate, useSearch } from '@tanstack/react-router';
import { Smartphone } from 'lucide-react';
import { useState } from 'react';

import type { Line, Phone } from '@/lib/api/types';
import { phone as phoneText } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { cx } from '@/ui/cx';
import { Select } from '@/ui/field';
import { PageHead } from '@/ui/page';
import { Empty, ProblemBox, Skeleton } from '@/ui/states';

import { ClockControl } from './clock-control';
import { PeopleList } from './people-list';
import { MailScreen } from './mail-screen';
import { PhoneFrame } from './phone-frame';
import { SmsScreen } from './sms-screen';
import { entriesOf, useLivePhones, usePeople, usePersona, usePhone } from './queries';
import { WhatsappScreen } from './whatsapp-screen';

/** The other side of the demo: pick up any customer's phone and answer as that customer. */
export function PhonesPage() {
  const { person: chosen, q = '' } = useSearch({ from: '/app/phones' });
  const navigate = useNavigate();
  const people = usePeople(q);
  const id = chosen ?? people.data?.[0]?.id;
  const phone = usePhone(id);
  useLivePhones();
  const go = (change: { person?: string; q?: string }): void => void navigate({ to: '/phones', search: (before) => ({ ...before, ...change }), replace: true });

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <PageHead title={t('nav.phones')} lead={<span className={cx(chosen && 'max-md:hidden')}>{t('phones.lead')}</span>} actions={<ClockControl />} />
      <div className="flex min-h-0 flex-1 border-t border-line">
        <section aria-label={t('phones.people')} className={cx('w-full shrink-0 flex-col border-r border-line bg-surface md:flex md:w-72', chosen ? 'hidden' : 'flex')}>
          <PeopleList people={people.data} error={people.error} search={q} selected={id} onSearch={(next) => go({ q: next || undefined })} onPick={(person) => go({ person })} />
        </section>
        <section aria-label={t('phones.phone')} className={cx('min-h-0 min-w-0 flex-1 overflow-auto bg-sunken/60', chosen ? 'block' : 'hidden md:block')}>
          {phone.data && id ? (
            <Pair phone={phone.data} onBack={() => go({ person: undefined })} />
          ) : phone.error ? (
            <ProblemBox error={phone.error} className="m-6" />
          ) : people.data?.length === 0 ? (
            <Empty icon={<Smartphone aria-hidden />} title={t('phones.empty.title')}>
              {t('phones.empty.lead')}
            </Empty>
          ) : (
            <Skeleton className="mx-auto mt-8 h-[36rem] w-80 rounded-[2.5rem]!" />
          )}
        </section>
      </div>
    </div>
  );
}

function Pair({ phone, onBack }: { phone: Phone; onBack: () => void }) {
  const has: Record<Line, boolean> = { whatsapp: phone.on_whatsapp, sms: phone.on_sms, rcs: false, email: false };
  const lines = (['whatsapp', 'sms', 'rcs', 'email'] as const).filter((line) => has[line] || entriesOf(phone, line).length > 0);
  const newest = (line: Line): number => entriesOf(phone, line).at(-1)?.seq ?? 0;
  const [picked, setPicked] = useState<Line | null>(null);
  const wide = lines.length <= 2;
  const shown = picked ?? lines.toSorted((a, b) => newest(b) - newest(a))[0] ?? 'whatsapp';
  return (
    <div className="flex min-h-full flex-col">
      <Who phone={phone} onBack={onBack} />
      {lines.length > 1 && (
        <div role="group" aria-label={t('phones.line')} className={cx('mx-auto mb-3 flex rounded-md border border-line-strong bg-raised p-0.5', wide && '[@media(min-width:1280px)]:hidden')}>
          {lines.map((line) => (
            <button key={line} type="button" aria-pressed={shown === line} onClick={() => setPicked(line)} className={cx('h-7 rounded-sm px-3 text-sm', shown === line ? 'bg-accent-soft font-medium text-accent-soft-ink' : 'text-ink-2')}>
              {t(`channel.${line}`)}
            </button>
          ))}
        </div>
      )}
      <div className="flex flex-1 items-start justify-center gap-8 px-4 pb-8">
        {lines.map((line) => (
          <div key={line} className={cx(shown === line ? 'block' : 'hidden', wide && '[@media(min-width:1280px)]:block')}>
            <PhoneFrame label={t('phones.frame', { name: phone.name, line: t(`channel.${line}`) })} dark={line !== 'whatsapp'}>
              {line === 'whatsapp' ? <WhatsappScreen phone={phone} /> : line === 'email' ? <MailScreen phone={phone} /> : <SmsScreen phone={phone} line={line} />}
            </PhoneFrame>
          </div>
        ))}
      </div>
    </div>
  );
}

const personas = ['confirms', 'reschedules', 'late', 'silent', 'blocks', 'stops', 'private', 'sms_only', 'username_only', 'two_channels', 'manual'];

function Who({ phone, onBack }: { phone: Phone; onBack: () => void }) {
  const persona = usePersona(phone.id);
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 px-4 py-4 text-sm">
      <button type="button" onClick={onBack} className="text-accent underline underline-offset-2 md:hidden">
        {t('phones.all')}
      </button>
      <span>
        <span className="font-medium">{phone.name}</span> <span className="tnum text-ink-3">{phoneText(phone.phone)}</span>
      </span>
      <label className="flex items-center gap-2 text-ink-2">
        {t('phones.persona')}
        <Select className="w-auto!" value={phone.persona} onChange={(event) => persona.mutate(event.target.value)}>
          {[...new Set([...personas, phone.persona])].map((name) => (
            <option key={name} value={name}>
              {label('persona', name)}
            </option>
          ))}
        </Select>
      </label>
    </div>
  );
}
