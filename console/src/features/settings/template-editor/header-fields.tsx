import type { TemplateHeaderPart } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { Field, Select } from '@/ui/field';

import { type HeaderKind, headerKindOf, headerPart } from './edit';
import { TextPart, type Told } from './parts';
import { SampleFile } from './sample-file';

const kinds: Record<'message' | 'card', HeaderKind[]> = {
  message: ['none', 'text', 'image', 'video', 'document', 'location'],
  card: ['none', 'image', 'video', 'product'],
};

interface Value {
  header?: string | null;
  header_part?: TemplateHeaderPart | null;
}

interface Props extends Told {
  of: 'message' | 'card';
  value: Value;
  /** Keeps the variables of cards apart. */
  prefix?: string;
  onChange: (next: Value) => void;
}

/** What stands over the text: words, a medium, a place; on cards also a product. */
export function HeaderFields({ of, value, prefix = '', onChange, ...told }: Props) {
  const kind = headerKindOf(value);
  // What was taken in from the provider stays a choice, also where it is no longer offered.
  const offered = kinds[of].includes(kind) ? kinds[of] : [...kinds[of], kind];
  const part = value.header_part;
  const pick = (next: HeaderKind): void => onChange(next === 'text' ? { header: '', header_part: null } : { header: null, header_part: headerPart(next, prefix) });
  const set = (change: object): void => {
    if (part) onChange({ header_part: { ...part, ...change } });
  };
  const inPart: Told = { at: `${told.at}/header_part`, faults: told.faults };
  return (
    <>
      <Field label={t('templates.header_kind')}>
        {(props) => (
          <Select {...props} value={kind} onChange={(event) => pick(event.target.value as HeaderKind)}>
            {offered.map((one) => (
              <option key={one} value={one}>
                {t(`templates.header_kind.${one}`)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {kind === 'text' && <TextPart {...told} member="header" label={t('templates.header')} value={value.header} onChange={(header) => onChange({ header, header_part: null })} />}
      {part?.kind === 'media' && (
        <>
          <TextPart {...inPart} member="source" label={t('templates.media_source')} hint={t('templates.media_source_hint')} value={part.source} onChange={(source) => set({ source })} />
          {part.media === 'document' && <TextPart {...inPart} member="filename" label={t('template.place.filename')} value={part.filename} onChange={(filename) => set({ filename: filename || null })} />}
          <SampleFile onKept={(id) => set(part.source === '' ? { source: id, sample: null } : { sample: id })} />
          <TextPart {...inPart} member="sample" label={t('templates.media_sample')} hint={t('templates.media_sample_hint')} value={part.sample} onChange={(sample) => set({ sample: sample.trim() || null })} />
        </>
      )}
      {part?.kind === 'location' && (
        <div className="grid gap-2.5 sm:grid-cols-2">
          <TextPart {...inPart} member="latitude" label={t('template.place.latitude')} value={part.latitude} onChange={(latitude) => set({ latitude })} />
          <TextPart {...inPart} member="longitude" label={t('template.place.longitude')} value={part.longitude} onChange={(longitude) => set({ longitude })} />
          <TextPart {...inPart} member="name" label={t('template.place.place_name')} value={part.name} onChange={(name) => set({ name: name || null })} />
          <TextPart {...inPart} member="address" label={t('template.place.place_address')} value={part.address} onChange={(address) => set({ address: address || null })} />
        </div>
      )}
      {part?.kind === 'product' && (
        <div className="grid gap-2.5 sm:grid-cols-2">
          <TextPart {...inPart} member="catalogue" label={t('template.place.catalogue')} value={part.catalogue} onChange={(catalogue) => set({ catalogue })} />
          <TextPart {...inPart} member="product" label={t('template.place.product')} value={part.product} onChange={(product) => set({ product })} />
        </div>
      )}
    </>
  );
}
