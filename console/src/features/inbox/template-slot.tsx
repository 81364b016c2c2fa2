import { useNow } from '@/lib/clock';
import { maybe, t } from '@/lib/i18n';
import { fromLocal, type Place, type Slot, slotFault, type SlotFault, type SlotGroup, toLocal } from '@/lib/template-places';
import { Field, Input } from '@/ui/field';

interface Props {
  group: SlotGroup;
  values: Record<string, string>;
  onChange: (name: string, value: string) => void;
}

/** What one part of a template asks for. A template that is only text needs no headings. */
export function SlotGroupFields({ group, alone, ...rest }: Props & { alone: boolean }) {
  const fields = group.slots.map((slot) => <SlotField key={slot.variable.name} slot={slot} {...rest} />);
  if (alone) return fields;
  return (
    <fieldset className="flex min-w-0 flex-col gap-2.5 rounded-lg border border-line px-3 pt-1.5 pb-3">
      <legend className="px-1 text-xs font-medium text-ink-2">{partText(group)}</legend>
      {fields}
    </fieldset>
  );
}

function SlotField({ slot, values, onChange }: Omit<Props, 'group'> & { slot: Slot }) {
  const nowMs = useNow();
  const { variable } = slot;
  const [place] = slot.places;
  const value = values[variable.name] ?? '';
  const fault = slotFault(slot, value, nowMs);
  return (
    <Field label={labelOf(place, variable.name)} hint={hintOf(place, variable.sample)} error={fault && fault.code !== 'missing' ? slotFaultText(fault) : null}>
      {(props) =>
        place.kind === 'moment' ? (
          <Input {...props} type="datetime-local" required value={toLocal(value)} onChange={(event) => onChange(variable.name, fromLocal(event.target.value))} />
        ) : (
          <Input
            {...props}
            type={place.kind === 'media' ? 'url' : 'text'}
            inputMode={place.kind === 'latitude' || place.kind === 'longitude' ? 'decimal' : undefined}
            autoComplete="off"
            required
            value={value}
            onChange={(event) => onChange(variable.name, event.target.value)}
          />
        )
      }
    </Field>
  );
}

function partText({ part, of }: SlotGroup): string {
  if (part === 'button') return t('template.part.button', { title: of ?? '' });
  return part === 'card' ? t('template.part.card', { n: of ?? '' }) : t(`template.part.${part}`);
}

function labelOf(place: Place, name: string): string {
  if (place.kind === 'media') return t(`template.place.media.${place.media ?? 'image'}`);
  if (place.kind !== 'words') return t(`template.place.${place.kind}`);
  // Providers count some variables instead of naming them, anew in each part.
  const counted = /^(?:header_|card_\d+_)?(\d+)$/.exec(name)?.[1];
  return counted ? t('template.numbered', { n: counted }) : name;
}

function hintOf(place: Place, sample: string): string {
  if (place.kind === 'suffix') return t('template.hint.suffix', { stem: place.stem ?? '' });
  return maybe(`template.hint.${place.kind}`) ?? t('template.sample', { sample });
}

export function slotFaultText(fault: SlotFault): string {
  if (fault.code === 'too_long') return t('template.fault.too_long', { max: fault.max });
  if (fault.code === 'whole_link') return t('template.fault.whole_link', { stem: fault.stem });
  return t(`template.fault.${fault.code}`);
}
