import { FileText } from 'lucide-react';
import { useMemo, useState } from 'react';

import type { ComposerChannel, ComposerTemplate } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { faultOf, initialValues, pieces } from '@/lib/template';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Field, Input, Select } from '@/ui/field';

import { PriceTag } from './window-clock';

export interface TemplateDraft {
  picked: ComposerTemplate | undefined;
  values: Record<string, string>;
  ready: boolean;
  pick: (id: string) => void;
  set: (name: string, value: string) => void;
}

const idOf = (template: ComposerTemplate): string => `${template.id}/${template.language}`;

/** Which template, and what stands in its variables. Known values are filled in from the start. */
export function useTemplateDraft(channel: ComposerChannel | undefined): TemplateDraft {
  const [id, setId] = useState<string | null>(null);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const picked = channel?.templates.find((template) => idOf(template) === id) ?? channel?.templates[0];
  const values = useMemo(() => ({ ...initialValues(picked?.variables ?? []), ...typed }), [picked, typed]);
  return {
    picked,
    values: Object.fromEntries((picked?.variables ?? []).map((variable) => [variable.name, values[variable.name] ?? ''])),
    ready: picked !== undefined && picked.variables.every((variable) => faultOf(variable, values[variable.name] ?? '') === null),
    pick: (next) => {
      setId(next);
      setTyped({});
    },
    set: (name, value) => setTyped((before) => ({ ...before, [name]: value })),
  };
}

export function TemplateForm({ channel, draft, writing, onFreeForm }: { channel: ComposerChannel; draft: TemplateDraft; writing: boolean; onFreeForm: () => void }) {
  const { picked, values } = draft;
  return (
    <div className="flex max-h-[46dvh] flex-col gap-3 overflow-y-auto px-3.5 pt-2.5 pb-3">
      <div className="flex items-center justify-between gap-3 text-sm text-ink-2">
        <p>{writing ? t('template.instead') : (channel.free_form.reason ?? t('template.needed'))}</p>
        {writing && (
          <Button tone="quiet" size="sm" onClick={onFreeForm}>
            {t('template.write_freely')}
          </Button>
        )}
      </div>
      {picked ? (
        <div className="grid gap-4 lg:grid-cols-2">
          <div className="flex flex-col gap-3">
            <Field label={t('template.label')}>
              {(props) => (
                <Select {...props} value={idOf(picked)} onChange={(event) => draft.pick(event.target.value)}>
                  {channel.templates.map((template) => (
                    <option key={idOf(template)} value={idOf(template)}>
                      {template.name} · {template.language}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
            {picked.variables.map((variable) => {
              const value = values[variable.name] ?? '';
              const fault = faultOf(variable, value);
              const touched = value !== '' || variable.value === null;
              return (
                <Field
                  key={variable.name}
                  label={variable.name}
                  hint={t('template.sample', { sample: variable.sample })}
                  error={fault && fault !== 'missing' && touched ? t(`template.fault.${fault}`, { max: variable.max_length ?? 0 }) : null}
                >
                  {(props) => <Input {...props} value={value} required onChange={(event) => draft.set(variable.name, event.target.value)} />}
                </Field>
              );
            })}
          </div>
          <Preview template={picked} values={values} />
        </div>
      ) : (
        <p className="flex items-center gap-2 pb-1 text-sm text-ink-2">
          <FileText aria-hidden className="size-4" /> {t('template.none')}
        </p>
      )}
    </div>
  );
}

function Preview({ template, values }: { template: ComposerTemplate; values: Record<string, string> }) {
  const line = (text: string, className?: string) => (
    <p className={cx('break-words whitespace-pre-wrap', className)}>
      {pieces(text, values).map((piece, index) =>
        piece.slot ? (
          <mark key={index} className={cx('rounded-sm px-0.5', piece.missing ? 'bg-attention-soft text-attention' : 'bg-transparent font-medium text-inherit')}>
            {piece.text}
          </mark>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
  return (
    <section aria-label={t('template.preview')} className="rounded-lg bg-sunken p-3">
      <div className="mb-1.5 flex items-center justify-between text-xs text-ink-3">
        {t('template.preview')} <PriceTag price={template.price ?? null} />
      </div>
      <div className="w-fit max-w-full rounded-2xl rounded-br-md bg-bubble-out px-3.5 py-2 text-base text-bubble-out-ink">
        {template.text.header && line(template.text.header, 'font-semibold')}
        {line(template.text.body)}
        {template.text.footer && line(template.text.footer, 'mt-1 text-xs opacity-80')}
        {template.text.buttons && template.text.buttons.length > 0 && (
          <ul className="mt-2 flex flex-wrap gap-1.5">
            {template.text.buttons.map((button) => (
              <li key={button.title} className="rounded-md border border-current/25 px-2.5 py-0.5 text-sm">
                {button.title}
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}
