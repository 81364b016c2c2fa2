import { Link, useParams } from '@tanstack/react-router';
import type { ComponentType } from 'react';

import { NotFoundPage } from '@/features/shell/error-pages';
import { t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

import { ApiKeysSection } from './api-keys';
import { AuditSection } from './audit';
import { HealthSection } from './health';
import { ParkedSection } from './parked';
import { PolicySection } from './policy';
import { QueuesSection } from './queues';
import { SendersSection } from './senders';
import { TemplatesSection } from './templates';
import { UsersSection } from './users';

const sections = {
  senders: SendersSection,
  queues: QueuesSection,
  users: UsersSection,
  api_keys: ApiKeysSection,
  policy: PolicySection,
  templates: TemplatesSection,
  health: HealthSection,
  parked: ParkedSection,
  audit: AuditSection,
} as const satisfies Record<string, ComponentType>;

type Section = keyof typeof sections;

export function SettingsPage() {
  const { section } = useParams({ from: '/app/settings/$section' });
  if (!(section in sections)) return <NotFoundPage />;
  const name = section as Section;
  const Body = sections[name];
  return (
    <div className="flex min-h-0 flex-1 flex-col md:flex-row">
      <nav aria-label={t('nav.settings')} className="shrink-0 border-b border-line md:w-52 md:border-r md:border-b-0 md:bg-surface">
        <h1 className="px-5 pt-5 pb-2 text-lg font-semibold tracking-tight">{t('nav.settings')}</h1>
        <ul className="flex gap-1 overflow-x-auto px-3 pb-2.5 md:flex-col md:gap-px [scrollbar-width:none]">
          {(Object.keys(sections) as Section[]).map((id) => (
            <li key={id} className="shrink-0" ref={id === name ? (element) => element?.scrollIntoView({ inline: 'center', block: 'nearest' }) : undefined}>
              <Link
                to="/settings/$section"
                params={{ section: id }}
                aria-current={id === name ? 'page' : undefined}
                className={cx('focus-inset block rounded-md px-2.5 py-1.5 text-sm', id === name ? 'bg-accent-soft font-medium text-accent-soft-ink' : 'text-ink-2 hover:bg-hover')}
              >
                {t(`settings.section.${id}`)}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-h-0 min-w-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-4xl px-4 py-6 sm:px-8">
          <h2 className="text-xl font-semibold tracking-tight">{t(`settings.section.${name}`)}</h2>
          <p className="mt-0.5 mb-5 text-sm text-ink-2">{t(`settings.lead.${name}`)}</p>
          <Body key={name} />
        </div>
      </div>
    </div>
  );
}
