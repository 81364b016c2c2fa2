import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { Purpose, Template, TemplateText } from '@/lib/api/types';
import { label, t, tn } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input, Select } from '@/ui/field';
import { ProblemBox } from '@/ui/states';
import { TemplatePreview } from '@/ui/template-preview';

import { draftOf, editOf, usedVariables, withLanguage, withoutLanguage, withPurpose } from './edit';
import { LanguageTabs } from './language-tabs';
import { ruleText } from './parts';
import { faultsOf } from './rules';
import { TextFields } from './text-fields';
import { VariableFields } from './variable-fields';

const purposes: Purpose[] = ['transactional', 'service', 'promotional', 'authentication'];

interface Props {
  template: Template | null;
  /** The language that is shown first. */
  language: string;
  onClose: () => void;
}

/** A template in all its languages and with all its parts, beside how it will look. The provider reviews anew what was changed. */
export function TemplateEditor({ template, language: first, onClose }: Props) {
  const client = useQueryClient();
  const [edit, setEdit] = useState(() => editOf(template));
  const [picked, setPicked] = useState(first);
  const languages = Object.keys(edit.languages);
  const language = languages.includes(picked) ? picked : edit.defaultLanguage;
  const text = edit.languages[language] ?? { body: '' };
  const faults = faultsOf(edit);
  const faulty = new Set(faults.flatMap((fault) => (fault.at.startsWith('languages/') ? (fault.at.split('/')[1] ?? []) : [])));
  const refused = template?.languages[language]?.approval?.reason;
  const nameFault = edit.name === '' ? undefined : faults.find((fault) => fault.at === 'name');
  const samples = Object.fromEntries(usedVariables(edit).map((name) => [name, edit.variables[name]?.sample ?? '']));
  const save = useMutation({
    mutationFn: () => (template ? api.put(`/v1/templates/${template.id}`, draftOf(edit)) : api.post('/v1/templates', draftOf(edit))),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.templates() });
      notify('ok', t('templates.saved'));
      onClose();
    },
  });
  const change = (of: Partial<TemplateText>): void => setEdit((now) => ({ ...now, languages: { ...now.languages, [language]: { ...text, ...of } } }));
  return (
    <Dialog
      open
      wide="extra"
      onClose={onClose}
      title={template ? t('templates.edit_of', { name: template.name }) : t('templates.new')}
      description={t('templates.edit_lead')}
      footer={
        <>
          {faults.length > 0 && <span className="mr-auto self-center text-xs text-ink-2">{tn('templates.left', faults.length)}</span>}
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="primary" disabled={faults.length > 0} busy={save.isPending} onClick={() => save.mutate()}>
            {t('templates.save')}
          </Button>
        </>
      }
    >
      {save.isError && <ProblemBox error={save.error} className="mb-3" />}
      <div className="grid gap-5 md:grid-cols-[minmax(0,1fr)_18rem]">
        <div className="flex min-w-0 flex-col gap-3">
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label={t('templates.name')} error={nameFault ? ruleText(nameFault) : null}>
              {(props) => <Input {...props} value={edit.name} disabled={template !== null} onChange={(event) => setEdit((now) => ({ ...now, name: event.target.value }))} />}
            </Field>
            <Field label={t('templates.purpose')}>
              {(props) => (
                <Select {...props} value={edit.purpose} onChange={(event) => setEdit((now) => withPurpose(now, event.target.value as Purpose))}>
                  {purposes.map((purpose) => (
                    <option key={purpose} value={purpose}>
                      {label('purpose', purpose)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
          <LanguageTabs
            languages={languages}
            faulty={faulty}
            language={language}
            onPick={setPicked}
            onAdd={(tag) => {
              setEdit((now) => withLanguage(now, tag, language));
              setPicked(tag);
            }}
            onRemove={(tag) => setEdit((now) => withoutLanguage(now, tag))}
          />
          {refused && <p className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">{t('templates.refused', { reason: refused })}</p>}
          <TextFields at={`languages/${language}`} faults={faults} purpose={edit.purpose} text={text} onChange={change} />
          <VariableFields edit={edit} faults={faults} onChange={(variables) => setEdit((now) => ({ ...now, variables }))} />
        </div>
        <section aria-label={t('template.preview')} className="order-first min-w-0 self-start rounded-lg bg-sunken p-3 md:sticky md:top-0 md:order-none">
          <p className="mb-1.5 text-xs text-ink-3">{t('template.preview')}</p>
          <TemplatePreview text={text} purpose={edit.purpose} values={samples} tone="in" />
        </section>
      </div>
    </Dialog>
  );
}
