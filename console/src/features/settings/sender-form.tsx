import { label, maybe, t } from '@/lib/i18n';
import { Field, Input, Select, TextArea } from '@/ui/field';

import { type SenderField, type SenderKindName, shownFields, type Values } from './sender-kinds';

export interface SenderBasics {
  name: string;
  address: string;
  rate: string;
}

/** Whole, and what providers grant. */
export function rateOf(basics: SenderBasics): number | null {
  const rate = Number(basics.rate);
  return Number.isInteger(rate) && rate >= 1 && rate <= 10_000 ? rate : null;
}

export const basicsReady = (basics: SenderBasics): boolean => basics.name.trim() !== '' && basics.address.trim() !== '' && rateOf(basics) !== null;

interface Props {
  kind: SenderKindName;
  basics: SenderBasics;
  values: Values;
  /** Secrets that stay when their fields are left empty. */
  kept?: Set<string>;
  onBasics: (change: Partial<SenderBasics>) => void;
  onValue: (path: string, value: string) => void;
}

/** Everything that is asked of one sender, in its sections. */
export function SenderFields({ kind, basics, values, kept, onBasics, onValue }: Props) {
  const fields = shownFields(kind, values);
  const sections = [...new Set(fields.flatMap((field) => field.section ?? []))];
  const one = (field: SenderField) => (
    <OneField key={field.path} kind={kind} field={field} value={values[field.path] ?? ''} kept={kept?.has(field.path) ?? false} onChange={(next) => onValue(field.path, next)} />
  );
  return (
    <>
      <Field label={t('senders.its_name')} hint={t('senders.its_name_hint')}>
        {(props) => <Input {...props} value={basics.name} onChange={(event) => onBasics({ name: event.target.value })} />}
      </Field>
      <Field label={label(`sender_field.${kind}`, 'address')} hint={maybe(`sender_hint.${kind}.address`)}>
        {(props) => <Input {...props} value={basics.address} onChange={(event) => onBasics({ address: event.target.value })} />}
      </Field>
      <Field label={t('senders.its_rate')} hint={t('senders.its_rate_hint')}>
        {(props) => <Input {...props} type="number" min={1} max={10_000} value={basics.rate} onChange={(event) => onBasics({ rate: event.target.value })} />}
      </Field>
      {fields.filter((field) => !field.section).map(one)}
      {sections.map((section) => (
        <fieldset key={section} className="grid min-w-0 gap-3 rounded-lg border border-line px-3 pt-1.5 pb-3 sm:col-span-2 sm:grid-cols-2">
          <legend className="px-1 text-xs font-medium text-ink-2">{label(`sender_section.${kind}`, section)}</legend>
          {fields.filter((field) => field.section === section).map(one)}
        </fieldset>
      ))}
    </>
  );
}

function OneField({ kind, field, value, kept, onChange }: { kind: SenderKindName; field: SenderField; value: string; kept: boolean; onChange: (next: string) => void }) {
  const name = label(`sender_field.${kind}`, field.path);
  const hint = maybe(`sender_hint.${kind}.${field.path}`);
  if (field.kind === 'check') {
    return (
      <label className="flex items-start gap-2.5 text-sm">
        <input type="checkbox" className="mt-0.5 size-4 accent-(--accent)" checked={value === 'true'} onChange={(event) => onChange(event.target.checked ? 'true' : '')} />
        <span>
          {name}
          {hint && <span className="block text-xs text-ink-3">{hint}</span>}
        </span>
      </label>
    );
  }
  const required = field.required && !kept;
  const placeholder = kept ? t('senders.secret_kept') : undefined;
  return (
    <Field label={required ? `${name} *` : name} hint={hint}>
      {(props) =>
        field.choices ? (
          <Select {...props} value={value} onChange={(event) => onChange(event.target.value)}>
            {field.choices.map((choice) => (
              <option key={choice} value={choice}>
                {label('sender_choice', choice || 'none')}
              </option>
            ))}
          </Select>
        ) : field.long ? (
          <TextArea {...props} rows={3} required={required} value={value} placeholder={placeholder} autoComplete="off" spellCheck={false} className="font-mono text-xs!" onChange={(event) => onChange(event.target.value)} />
        ) : (
          <Input
            {...props}
            type={field.secret ? 'password' : field.kind === 'number' ? 'number' : 'text'}
            required={required}
            placeholder={placeholder}
            autoComplete={field.secret ? 'new-password' : 'off'}
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
