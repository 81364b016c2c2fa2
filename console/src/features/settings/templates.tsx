import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileText } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { api } from '@/lib/api/client';
import type { ApprovalState, Template, TemplateSync } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { tell } from '@/lib/problems';
import { notify } from '@/lib/toasts';
import { Badge, type Tone } from '@/ui/badge';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Card } from '@/ui/page';
import { Empty } from '@/ui/states';
import { TemplatePreview } from '@/ui/template-preview';
import { Ago } from '@/ui/time';

import { Listed, useList } from './use-list';

const TemplateEditor = lazy(() => import('./template-editor/template-editor').then((module) => ({ default: module.TemplateEditor })));

type Approval = NonNullable<Template['languages'][string]['approval']>;

const tones: Record<ApprovalState, Tone> = { draft: 'neutral', pending: 'note', approved: 'ok', rejected: 'danger', paused: 'attention', disabled: 'danger', other: 'attention' };

export function TemplatesSection() {
  const templates = useList<Template>(keys.templates(), '/v1/templates');
  return (
    <div className="flex flex-col gap-4">
      <TakeIn />
      <Listed query={templates} empty={<Empty icon={<FileText aria-hidden />} title={t('templates.empty.title')}>{t('templates.empty.lead')}</Empty>}>
        {(items) => (
          <div className="flex flex-col gap-4">
            {items.map((template) => (
              <TemplateCard key={template.id} template={template} />
            ))}
          </div>
        )}
      </Listed>
    </div>
  );
}

/** Reads what the provider has, and says what that changed. */
function TakeIn() {
  const client = useQueryClient();
  const [writing, setWriting] = useState(false);
  const sync = useMutation({
    mutationFn: () => api.post<TemplateSync>('/v1/template_syncs'),
    onSuccess: (report) => {
      void client.invalidateQueries({ queryKey: keys.templates() });
      const unfilled = report.not_sendable.map((one) => `${one.template}: ${one.reason}`);
      notify(
        unfilled.length > 0 ? 'problem' : 'ok',
        t('templates.synced', { seen: report.seen, created: report.created.length, changed: report.changed.length }),
        unfilled.join(' · '),
      );
    },
    onError: tell,
  });
  return (
    <div className="flex justify-end gap-2">
      <Button size="sm" onClick={() => setWriting(true)}>
        {t('templates.new')}
      </Button>
      <Suspense fallback={null}>{writing && <TemplateEditor template={null} language="en" onClose={() => setWriting(false)} />}</Suspense>
      <Button size="sm" busy={sync.isPending} onClick={() => sync.mutate()}>
        {t('templates.sync')}
      </Button>
    </div>
  );
}

function TemplateCard({ template }: { template: Template }) {
  const [editing, setEditing] = useState(false);
  const client = useQueryClient();
  const languages = Object.keys(template.languages);
  const [language, setLanguage] = useState(languages.includes(template.default_language) ? template.default_language : (languages[0] ?? ''));
  const text = template.languages[language];
  const submit = useMutation({
    mutationFn: () => api.post(`/v1/templates/${template.id}/submission`, { language }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.templates() }),
    onError: tell,
  });
  const changed = () => void client.invalidateQueries({ queryKey: keys.templates() });
  const approve = useMutation({ mutationFn: () => api.post(`/v1/templates/${template.id}/approval`), onSuccess: changed, onError: tell });
  const remove = useMutation({ mutationFn: () => api.delete(`/v1/templates/${template.id}`), onSuccess: changed, onError: tell });
  const [sure, setSure] = useState(false);
  if (!text) return null;
  const variables = template.variables ?? [];
  const samples = Object.fromEntries(variables.map((variable) => [variable.name, variable.sample]));
  const approval: Approval = text.approval ?? { state: 'draft' };
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-mono">{template.name}</span>
          <Badge>{t(`purpose.${template.purpose}`)}</Badge>
        </span>
      }
      action={
        <span role="group" aria-label={t('templates.language')} className="flex flex-wrap justify-end gap-1">
          {languages.map((tag) => (
            <button key={tag} type="button" aria-pressed={tag === language} onClick={() => setLanguage(tag)} className={cx('rounded-md px-2 py-0.5 text-xs whitespace-nowrap', tag === language ? 'bg-accent-soft font-medium text-accent-soft-ink' : 'text-ink-2 hover:bg-hover')}>
              {tag}
            </button>
          ))}
        </span>
      }
    >
      <div className="grid gap-5 px-4 py-4 md:grid-cols-2">
        <div className="min-w-0 self-start rounded-lg bg-sunken p-4">
          <TemplatePreview text={text} purpose={template.purpose} values={samples} tone="in" />
        </div>
        <div className="flex flex-col items-start gap-3 text-sm">
          <div>
            <Badge tone={tones[approval.state]}>{approval.raw_state ?? t(`approval.${approval.state}`)}</Badge>
            {approval.at && (
              <span className="ml-2 text-xs text-ink-3">
                <Ago at={approval.at} />
              </span>
            )}
            {approval.reason && <p className="mt-1.5 text-danger">{approval.reason}</p>}
            {text.not_sendable && <p className="mt-1.5 text-danger">{t('templates.not_sendable', { why: text.not_sendable })}</p>}
            {text.endorsed && <p className="mt-1.5 text-ink-2">{t('templates.endorsed')}</p>}
            {approval.category && <p className="mt-1.5 text-ink-2">{t('templates.billed_as', { category: approval.category.toLowerCase() })}</p>}
          </div>
          {variables.length > 0 && (
            <dl className="w-full">
              {variables.map((variable) => (
                <div key={variable.name} className="flex gap-3 py-0.5">
                  <dt className="w-32 shrink-0 truncate font-mono text-xs leading-5 text-ink-2">{variable.name}</dt>
                  <dd className="text-ink-2">
                    {variable.sample}
                    {variable.fallback && <span className="text-xs text-ink-3"> · {t('templates.fallback', { text: variable.fallback })}</span>}
                  </dd>
                </div>
              ))}
            </dl>
          )}
          <div className="flex flex-wrap gap-2">
            {(approval.state === 'draft' || approval.state === 'rejected') && (
              <Button size="sm" busy={submit.isPending} onClick={() => submit.mutate()}>
                {t('templates.submit')}
              </Button>
            )}
            {approval.state === 'draft' && !text.endorsed && (
              <Button size="sm" tone="quiet" busy={approve.isPending} onClick={() => approve.mutate()}>
                {t('templates.approve')}
              </Button>
            )}
            <Button size="sm" tone="quiet" aria-label={t('templates.edit_of', { name: template.name })} onClick={() => setEditing(true)}>
              {t('templates.edit')}
            </Button>
            <Suspense fallback={null}>{editing && <TemplateEditor template={template} language={language} onClose={() => setEditing(false)} />}</Suspense>
            <Button size="sm" tone="quiet" busy={remove.isPending} onBlur={() => setSure(false)} onClick={() => (sure ? remove.mutate() : setSure(true))}>
              {sure ? t('templates.delete_sure') : t('templates.delete')}
            </Button>
          </div>
          <p className="text-xs text-ink-3">
            <span className="font-mono">{template.version.slice(0, 12)}</span> · <Ago at={template.updated_at} />
          </p>
        </div>
      </div>
    </Card>
  );
}
