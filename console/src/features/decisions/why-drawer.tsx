import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleX, Clock3, VolumeX } from 'lucide-react';
import type { ReactNode } from 'react';

import { api } from '@/lib/api/client';
import type { ChannelOption, Decision } from '@/lib/api/types';
import { addressText, fullTime, money, sentence } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { ChannelIcon, channelName } from '@/ui/channel';
import { CopyButton } from '@/ui/copy';
import { cx } from '@/ui/cx';
import { Dialog } from '@/ui/dialog';
import { Definition } from '@/ui/page';
import { ProblemBox, SkeletonRows } from '@/ui/states';

import { useUserName } from '../session/queries';
import { RuleList } from './rule-list';
import { verdictSentence } from './sentence';

/** Why something was said, put off, or left unsaid. */
export default function WhyDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keys.decision(id),
    queryFn: ({ signal }) => api.get<Decision>(`/v1/decisions/${id}`, {}, signal),
  });
  return (
    <Dialog open kind="drawer" wide onClose={onClose} title={t('why.title')} description={data ? `${label('stage', data.stage)} · ${fullTime(data.at)}` : undefined}>
      {isPending ? <SkeletonRows rows={8} className="h-9" /> : error ? <ProblemBox error={error} onRetry={() => void refetch()} /> : <Explanation decision={data} />}
    </Dialog>
  );
}

function Explanation({ decision }: { decision: Decision }) {
  const { say } = decision.verdict;
  const look = {
    send: { icon: <CircleCheck aria-hidden />, tone: 'bg-ok-soft text-ok' },
    defer: { icon: <Clock3 aria-hidden />, tone: 'bg-attention-soft text-attention' },
    silent: { icon: <VolumeX aria-hidden />, tone: 'bg-danger-soft text-danger' },
  }[say];
  return (
    <div className="flex flex-col gap-6">
      <div className={cx('flex gap-3 rounded-lg px-4 py-3.5 [&>svg]:mt-0.5 [&>svg]:size-5 [&>svg]:shrink-0', look.tone)}>
        {look.icon}
        <div>
          <p className="text-lg leading-snug font-medium">{verdictSentence(decision)}</p>
          {decision.verdict.say === 'silent' && (
            <p className="mt-1 text-sm text-ink">
              {t('why.takes_edge', { cause: label('cause', decision.verdict.cause) })} <code className="font-mono text-xs">{decision.verdict.code}</code>
            </p>
          )}
        </div>
      </div>
      <Part title={t('why.wanted')}>
        <Wanted decision={decision} />
      </Part>
      <Part title={t('why.rules')}>
        <RuleList rules={decision.rules} />
      </Part>
      {decision.channels.length > 0 && (
        <Part title={t('why.channels')}>
          <Channels options={decision.channels} />
        </Part>
      )}
      <Part title={t('why.versions')}>
        <ul className="flex flex-col gap-0.5 font-mono text-xs text-ink-2">
          {decision.versions.map((version) => (
            <li key={version} className="break-all">
              {version}
            </li>
          ))}
          <li className="flex items-center gap-1">
            {decision.id} <CopyButton text={decision.id} />
          </li>
        </ul>
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Wanted({ decision }: { decision: Decision }) {
  const userName = useUserName();
  const { wanted } = decision;
  return (
    <dl>
      <Definition term={t('why.wanted.says')}>“{wanted.summary}”</Definition>
      <Definition term={t('why.wanted.by')}>
        {wanted.origin.by === 'journey' ? (
          <Link to="/journeys/$name" params={{ name: wanted.origin.journey }} className="underline underline-offset-2">
            {humanize(wanted.origin.journey)} › {humanize(wanted.origin.step)}
          </Link>
        ) : wanted.origin.by === 'agent' ? (
          userName(wanted.origin.user)
        ) : (
          t(`origin.${wanted.origin.by}`)
        )}
      </Definition>
      {wanted.purpose && <Definition term={t('why.wanted.purpose')}>{t(`purpose.${wanted.purpose}`)}</Definition>}
      <Definition term={t('why.wanted.due')}>{fullTime(wanted.due_at)}</Definition>
      <Definition term={t('why.wanted.to')}>
        <Link to="/contacts/$contact" params={{ contact: decision.contact }} className="underline underline-offset-2">
          {t('why.wanted.contact')}
        </Link>
      </Definition>
    </dl>
  );
}

function Channels({ options }: { options: ChannelOption[] }) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line" tabIndex={0} role="region" aria-label={t('why.channels')}>
      <table className="w-full text-left text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-ink-3">
            <th scope="col" className="px-3.5 py-2 font-medium">
              {t('why.channel')}
            </th>
            <th scope="col" className="px-2 py-2 font-medium">
              {t('why.reason')}
            </th>
            <th scope="col" className="px-3.5 py-2 text-right font-medium">
              {t('why.price')}
            </th>
          </tr>
        </thead>
        <tbody>
          {options.map((option, index) => (
            <tr key={index} className="border-b border-line align-top last:border-0">
              <td className="px-3.5 py-2.5">
                <span className="flex items-center gap-2 whitespace-nowrap">
                  {option.eligible ? <CircleCheck aria-hidden className="size-4 text-ok" /> : <CircleX aria-hidden className="size-4 text-danger" />}
                  <span className="sr-only">{option.eligible ? t('why.eligible') : t('why.not_eligible')}</span>
                  <ChannelIcon channel={option.channel} named={false} /> {channelName(option.channel)}
                </span>
                {option.address && <span className="tnum block pl-6 text-xs text-ink-3">{addressText(option.address)}</span>}
              </td>
              <td className="px-2 py-2.5 text-ink-2">
                {sentence(option.reason)}
                {option.form && <span className="block text-xs text-ink-3">{t(`form.${option.form}`)}</span>}
              </td>
              <td className="tnum px-3.5 py-2.5 text-right whitespace-nowrap">
                {option.price ? money(option.price.amount) : '—'}
                {option.price && <span className="block text-xs text-ink-3">{option.price.category}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
