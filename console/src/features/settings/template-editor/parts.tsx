import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';

import { t } from '@/lib/i18n';
import { Button, IconButton } from '@/ui/button';
import { Field, Input, TextArea } from '@/ui/field';

import type { RuleFault } from './rules';

/** What every part of the editor gets: where it stands, and the faults that are told there. */
export interface Told {
  /** The path of the part, as in the faults. */
  at: string;
  faults: RuleFault[];
}

export function ruleText({ code, max }: RuleFault): string {
  return t(`templates.rule.${code}`, { max: max ?? 0 });
}

/** The first fault at a place. An empty field is no reproach before anything was written. */
export function faultAt({ faults, at }: Told, member: string): string | null {
  const fault = faults.find((one) => one.at === (member ? `${at}/${member}` : at) && one.code !== 'empty');
  return fault ? ruleText(fault) : null;
}

interface TextProps extends Told {
  member: string;
  label: string;
  hint?: string;
  value: string | null | undefined;
  rows?: number;
  onChange: (next: string) => void;
}

export function TextPart({ member, label, hint, value, rows, onChange, ...told }: TextProps) {
  return (
    <Field label={label} hint={hint} error={faultAt(told, member)}>
      {(props) =>
        rows ? (
          <TextArea {...props} rows={rows} value={value ?? ''} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <Input {...props} autoComplete="off" value={value ?? ''} onChange={(event) => onChange(event.target.value)} />
        )
      }
    </Field>
  );
}

/** A part with its name; what is wrong with it as a whole stands below. */
export function Part({ title, fault, children }: { title: string; fault?: string | null; children: ReactNode }) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2.5 rounded-lg border border-line px-3 pt-1.5 pb-3">
      <legend className="px-1 text-xs font-medium text-ink-2">{title}</legend>
      {children}
      {fault && (
        <p role="status" className="text-xs text-danger">
          {fault}
        </p>
      )}
    </fieldset>
  );
}

export function Check({ label, hint, on, onChange }: { label: string; hint?: string; on: boolean; onChange: (next: boolean) => void }) {
  return (
    <label className="flex items-start gap-2.5 text-sm">
      <input type="checkbox" className="mt-0.5 size-4 accent-(--accent)" checked={on} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {hint && <span className="block text-xs text-ink-3">{hint}</span>}
      </span>
    </label>
  );
}

export function Add({ children, onClick, disabled }: { children: string; onClick: () => void; disabled?: boolean }) {
  return (
    <Button tone="quiet" size="sm" className="w-fit" disabled={disabled} onClick={onClick}>
      <Plus aria-hidden /> {children}
    </Button>
  );
}

export function TakeAway({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <IconButton label={label} className="size-7 shrink-0" onClick={onClick}>
      <X aria-hidden />
    </IconButton>
  );
}
