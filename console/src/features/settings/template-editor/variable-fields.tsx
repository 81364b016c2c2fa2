import { t } from '@/lib/i18n';
import { Field, Input } from '@/ui/field';

import { type TemplateEdit, usedVariables, type Variable } from './edit';
import { faultAt, Part } from './parts';
import type { RuleFault } from './rules';

interface Props {
  edit: TemplateEdit;
  faults: RuleFault[];
  onChange: (variables: TemplateEdit['variables']) => void;
}

/** The variables that the parts use: what reviewers see in their place, and what stands there when nothing is known. */
export function VariableFields({ edit, faults, onChange }: Props) {
  const names = usedVariables(edit);
  if (names.length === 0) return null;
  return (
    <Part title={t('templates.variables')}>
      {names.map((name) => {
        const variable: Variable = edit.variables[name] ?? { name, sample: '' };
        const set = (change: Partial<Variable>): void => onChange({ ...edit.variables, [name]: { ...variable, ...change } });
        const told = { at: `variables/${name}`, faults };
        return (
          <div key={name} className="grid gap-2 sm:grid-cols-[1fr_1fr_6rem]">
            <Field label={t('templates.sample_of', { name })} error={variable.sample === '' ? null : faultAt(told, '')}>
              {(props) => <Input {...props} required value={variable.sample} onChange={(event) => set({ sample: event.target.value })} />}
            </Field>
            <Field label={t('templates.fallback_of', { name })}>{(props) => <Input {...props} value={variable.fallback ?? ''} onChange={(event) => set({ fallback: event.target.value || null })} />}</Field>
            <Field label={t('templates.max_of')}>
              {(props) => (
                <Input {...props} type="number" min={1} aria-label={t('templates.max_of_name', { name })} value={variable.max_length ?? ''} onChange={(event) => set({ max_length: event.target.value === '' ? null : Number(event.target.value) })} />
              )}
            </Field>
          </div>
        );
      })}
    </Part>
  );
}
