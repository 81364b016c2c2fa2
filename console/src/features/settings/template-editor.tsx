import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { Purpose, Template } from '@/lib/api/types';
import { label, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input, Select, TextArea } from '@/ui/field';
import { ProblemBox } from '@/ui/states';

import { draftOf, templateLimits, type TemplateWords, variablesIn, wordsFault, wordsOf } from './template-draft';

const purposes: Purpose[] = ['transactional', 'promotional', 'service', 'authentication'];

/** The words of a template in one language; its buttons, cards and media stay as they are. Providers review what was changed anew. */
export function TemplateEditor({ template, language, onClose }: { template: Template | null; language: string; onClose: () => void }) {
  const client = useQueryClient();
  const [words, setWords] = useState(() => wordsOf(template, language));
  const fault = wordsFault(words);
  const before = template?.languages[words.language];
  const save = useMutation({
    mutationFn: () => (template ? api.put(`/v1/templates/${template.id}`, draftOf(template, words)) : api.post('/v1/templates', draftOf(null, words))),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.templates() });
      notify('ok', t('templates.saved'));
      onClose();
    },
  });
  const set = (change: Partial<TemplateWords>): void => setWords((now) => ({ ...now, ...change }));
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={template ? t('templates.edit_of', { name: template.name }) : t('templates.new')}
      description={t('templates.edit_lead')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="primary" disabled={fault !== null} busy={save.isPending} onClick={() => save.mutate()}>
            {t('templates.save')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {save.isError && <ProblemBox error={save.error} />}
        <div className="grid gap-3 sm:grid-cols-3">
          <Field label={t('templates.name')} error={fault === 'name' && words.name !== '' ? t('templates.fault.name') : null}>
            {(props) => <Input {...props} value={words.name} disabled={template !== null} onChange={(event) => set({ name: event.target.value })} />}
          </Field>
          <Field label={t('templates.purpose')}>
            {(props) => (
              <Select {...props} value={words.purpose} onChange={(event) => set({ purpose: event.target.value as Purpose })}>
                {purposes.map((purpose) => (
                  <option key={purpose} value={purpose}>
                    {label('purpose', purpose)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t('templates.language')} error={fault === 'language' && words.language !== '' ? t('templates.fault.language') : null}>
            {(props) => <Input {...props} value={words.language} onChange={(event) => set({ language: event.target.value })} />}
          </Field>
        </div>
        {!before?.header_part && (
          <Field label={t('templates.header')}>{(props) => <Input {...props} maxLength={templateLimits.header} value={words.header} onChange={(event) => set({ header: event.target.value })} />}</Field>
        )}
        <Field label={t('templates.body')} hint={t('templates.body_hint')}>
          {(props) => <TextArea {...props} rows={5} maxLength={templateLimits.body} value={words.body} onChange={(event) => set({ body: event.target.value })} />}
        </Field>
        <Field label={t('templates.footer')}>{(props) => <Input {...props} maxLength={templateLimits.footer} value={words.footer} onChange={(event) => set({ footer: event.target.value })} />}</Field>
        {variablesIn(words).map((name) => (
          <Field key={name} label={t('templates.sample_of', { name })}>
            {(props) => <Input {...props} value={words.samples[name] ?? ''} onChange={(event) => set({ samples: { ...words.samples, [name]: event.target.value } })} />}
          </Field>
        ))}
      </div>
    </Dialog>
  );
}
