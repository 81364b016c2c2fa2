import { Plus, X } from 'lucide-react';
import type { ReactNode } from 'react';

import { t } from '@/lib/i18n';
import { Button, IconButton } from '@/ui/button';
import { Field, Input } from '@/ui/field';

import { type Attachment, type Fault, limits } from './attachment-state';
import { FileField } from './file-field';

interface Props {
  value: Attachment;
  fault: Fault | null;
  onChange: (next: Attachment) => void;
  onDrop: () => void;
}

/** The fields of what goes along with a reply. What is wrong is said here, before anything is sent. */
export function AttachmentForm({ value, fault, onChange, onDrop }: Props) {
  return (
    <fieldset className="max-h-[34dvh] overflow-y-auto border-t border-line px-3.5 py-2.5">
      <legend className="sr-only">{t(`attach.${value.kind}`)}</legend>
      <div className="mb-2 flex items-center justify-between gap-2">
        <span className="text-sm font-medium" aria-hidden>
          {t(`attach.${value.kind}`)}
        </span>
        <IconButton label={t('attach.drop')} className="size-7" onClick={onDrop}>
          <X aria-hidden />
        </IconButton>
      </div>
      <div className="flex flex-col gap-2">
        <Fields value={value} onChange={onChange} />
      </div>
      <p className="mt-1.5 min-h-4 text-xs text-ink-2" aria-live="polite">
        {fault && faultText(fault)}
      </p>
    </fieldset>
  );
}

export function faultText(fault: Fault): string {
  if (fault.code === 'too_long') return t(`attach.fault.too_long_${fault.over}`, { max: fault.max });
  return fault.code === 'too_large' ? t('attach.fault.too_large', { max: fault.max }) : t(`attach.fault.${fault.code}`);
}

function Fields({ value, onChange }: Pick<Props, 'value' | 'onChange'>) {
  switch (value.kind) {
    case 'file':
      return <FileField value={value} onChange={onChange} />;
    case 'buttons':
      return (
        <Rows
          items={value.titles}
          max={limits.buttons}
          blank=""
          addText={t('attach.add_button')}
          onChange={(titles) => onChange({ ...value, titles })}
        >
          {(title, index, set) => <Input aria-label={t('attach.button_title', { n: index + 1 })} placeholder={t('attach.button_title', { n: index + 1 })} value={title} onChange={(event) => set(event.target.value)} />}
        </Rows>
      );
    case 'list':
      return (
        <>
          <Text label={t('attach.list_label')} value={value.label} onChange={(label) => onChange({ ...value, label })} />
          <Rows
            items={value.rows}
            max={limits.rows}
            blank={{ title: '', description: '' }}
            addText={t('attach.add_row')}
            onChange={(rows) => onChange({ ...value, rows })}
          >
            {(one, index, set) => (
              <div className="grid grid-cols-2 gap-1.5">
                <Input aria-label={t('attach.row_title', { n: index + 1 })} placeholder={t('attach.row_title', { n: index + 1 })} value={one.title} onChange={(event) => set({ ...one, title: event.target.value })} />
                <Input aria-label={t('attach.row_description', { n: index + 1 })} placeholder={t('attach.row_description', { n: index + 1 })} value={one.description} onChange={(event) => set({ ...one, description: event.target.value })} />
              </div>
            )}
          </Rows>
        </>
      );
    case 'link':
      return (
        <div className="grid gap-2 sm:grid-cols-2">
          <Text label={t('attach.link_label')} value={value.label} onChange={(label) => onChange({ ...value, label })} />
          <Text label={t('attach.url')} value={value.url} type="url" onChange={(url) => onChange({ ...value, url })} />
        </div>
      );
    case 'location':
      return (
        <div className="grid grid-cols-2 gap-2">
          <Text label={t('attach.latitude')} value={value.latitude} inputMode="decimal" onChange={(latitude) => onChange({ ...value, latitude })} />
          <Text label={t('attach.longitude')} value={value.longitude} inputMode="decimal" onChange={(longitude) => onChange({ ...value, longitude })} />
          <Text label={t('attach.place_name')} value={value.name} onChange={(name) => onChange({ ...value, name })} />
          <Text label={t('attach.place_address')} value={value.address} onChange={(address) => onChange({ ...value, address })} />
        </div>
      );
    case 'contact':
      return (
        <div className="grid gap-2 sm:grid-cols-3">
          <Text label={t('attach.name')} value={value.name} onChange={(name) => onChange({ ...value, name })} />
          <Text label={t('attach.phone')} value={value.phone} type="tel" onChange={(phone) => onChange({ ...value, phone })} />
          <Text label={t('attach.email')} value={value.email} type="email" onChange={(email) => onChange({ ...value, email })} />
        </div>
      );
  }
}

function Text({ label, value, onChange, type, inputMode }: { label: string; value: string; onChange: (next: string) => void; type?: string; inputMode?: 'decimal' }) {
  return <Field label={label}>{(props) => <Input {...props} type={type} inputMode={inputMode} value={value} onChange={(event) => onChange(event.target.value)} />}</Field>;
}

interface RowsProps<T> {
  items: T[];
  max: number;
  blank: T;
  addText: string;
  onChange: (next: T[]) => void;
  children: (item: T, index: number, set: (next: T) => void) => ReactNode;
}

function Rows<T>({ items, max, blank, addText, onChange, children }: RowsProps<T>) {
  return (
    <>
      {items.map((item, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- rows have no names of their own, and are only added or taken at a place
        <div key={index} className="flex items-center gap-1.5">
          <div className="min-w-0 flex-1">{children(item, index, (next) => onChange(items.with(index, next)))}</div>
          {items.length > 1 && (
            <IconButton label={t('attach.take_away', { n: index + 1 })} className="size-7" onClick={() => onChange(items.toSpliced(index, 1))}>
              <X aria-hidden />
            </IconButton>
          )}
        </div>
      ))}
      {items.length < max && (
        <Button tone="quiet" size="sm" className="w-fit" onClick={() => onChange([...items, blank])}>
          <Plus aria-hidden /> {addText}
        </Button>
      )}
    </>
  );
}
