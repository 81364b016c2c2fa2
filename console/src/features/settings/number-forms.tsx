import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { FormDraft, FormView, Page, Sender } from '@/lib/api/types';
import { humanize, t, tn } from '@/lib/i18n';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Field, TextArea } from '@/ui/field';
import { ProblemBox, SkeletonRows } from '@/ui/states';

import { readForm } from './form-file';

/** The forms of a number, and a new one from its file. The number's key is made with its first form. */
export function NumberForms({ sender }: { sender: Sender }) {
  const client = useQueryClient();
  const queryKey = ['sender', sender.id, 'forms'];
  const forms = useQuery({ queryKey, queryFn: async ({ signal }) => (await api.get<Page<FormView>>(`/v1/senders/${sender.id}/forms`, {}, signal)).items });
  const [source, setSource] = useState('');
  const read = readForm(source);
  const publish = useMutation({
    mutationFn: (draft: FormDraft) => api.post<FormView>(`/v1/senders/${sender.id}/forms`, draft),
    onSuccess: (form) => {
      setSource('');
      notify('ok', t('forms.published', { name: form.name }));
      void client.invalidateQueries({ queryKey });
    },
  });
  return (
    <section aria-label={t('forms.title')} className="flex flex-col gap-3 border-t border-line pt-4">
      <h3 className="font-semibold">{t('forms.title')}</h3>
      {forms.data ? (
        forms.data.length > 0 ? (
          <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
            {forms.data.map((form) => (
              <li key={form.id} className="px-3 py-2 text-sm">
                <span className="font-medium">{humanize(form.name)}</span> <span className="font-mono text-xs text-ink-3">{form.id}</span>
                <span className="block text-xs break-words text-ink-2">
                  {tn('forms.pages', form.pages.length)} · {form.pages.flatMap((page) => page.fields.map((field) => field.name)).join(', ')}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="text-sm text-ink-2">{t('forms.none')}</p>
        )
      ) : forms.error ? (
        <ProblemBox error={forms.error} onRetry={() => void forms.refetch()} />
      ) : (
        <SkeletonRows rows={2} className="h-10" />
      )}
      <label className="flex flex-col gap-1 text-sm">
        <span className="font-medium">{t('forms.file')}</span>
        <input
          type="file"
          accept="application/json,.json"
          className="text-sm file:mr-3 file:h-7 file:rounded-md file:border file:border-line-strong file:bg-raised file:px-2 file:text-ink"
          onChange={(event) => void event.target.files?.[0]?.text().then(setSource)}
        />
      </label>
      <Field label={t('forms.source')} hint={t('forms.source_hint')} error={source.trim() !== '' && 'fault' in read ? t(`forms.fault.${read.fault}`) : null}>
        {(props) => <TextArea {...props} rows={5} spellCheck={false} className="font-mono text-xs!" value={source} onChange={(event) => setSource(event.target.value)} />}
      </Field>
      {publish.isError && <ProblemBox error={publish.error} />}
      <Button tone="primary" className="w-fit" disabled={!('draft' in read)} busy={publish.isPending} onClick={() => 'draft' in read && publish.mutate(read.draft)}>
        {t('forms.publish')}
      </Button>
    </section>
  );
}
