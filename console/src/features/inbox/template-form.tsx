import { FileText } from 'lucide-react';

import type { ComposerChannel, ComposerTemplate } from '@/lib/api/types';
import { label, t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { Field, Select } from '@/ui/field';
import { TemplatePreview } from '@/ui/template-preview';

import { idOf, type TemplateFilling } from './template-draft';
import { SlotGroupFields } from './template-slot';
import { PriceTag } from './window-clock';

interface Props {
  channel: ComposerChannel;
  filling: TemplateFilling;
  /** Free text could be sent, too. */
  writing: boolean;
  onFreeForm: () => void;
}

/** Picks a template and fills each of its parts, beside how it will look. */
export function TemplateForm({ channel, filling, writing, onFreeForm }: Props) {
  const { picked, groups, values } = filling;
  const alone = groups.length === 1 && groups[0]?.part === 'body';
  return (
    <div className="flex max-h-[46dvh] flex-col gap-3 overflow-y-auto px-3.5 pt-2.5 pb-3">
      <div className="flex items-center justify-between gap-3 text-sm text-ink-2">
        <p>{writing ? t('template.instead') : picked || !channel.free_form.reason ? t('template.needed') : channel.free_form.reason}</p>
        {writing && (
          <Button tone="quiet" size="sm" onClick={onFreeForm}>
            {t('template.write_freely')}
          </Button>
        )}
      </div>
      {picked ? (
        <div className="grid gap-4 lg:grid-cols-2">
          <div className="flex min-w-0 flex-col gap-3">
            <Field label={t('template.label')}>
              {(props) => (
                <Select {...props} value={idOf(picked)} onChange={(event) => filling.pick(event.target.value)}>
                  <Choices templates={channel.templates} />
                </Select>
              )}
            </Field>
            {groups.map((group) => (
              <SlotGroupFields key={group.key} group={group} alone={alone} values={values} onChange={filling.set} />
            ))}
          </div>
          <section aria-label={t('template.preview')} className="min-w-0 self-start rounded-lg bg-sunken p-3 lg:sticky lg:top-0">
            <div className="mb-1.5 flex items-center justify-between text-xs text-ink-3">
              {t('template.preview')} <PriceTag price={picked.price ?? null} />
            </div>
            <TemplatePreview text={picked.text} purpose={picked.purpose} values={values} />
          </section>
        </div>
      ) : (
        <p className="flex items-center gap-2 pb-1 text-sm text-ink-2">
          <FileText aria-hidden className="size-4" /> {t('template.none')}
        </p>
      )}
    </div>
  );
}

const options = (templates: ComposerTemplate[]) =>
  templates.map((template) => (
    <option key={idOf(template)} value={idOf(template)}>
      {template.name} · {template.language}
    </option>
  ));

/** By purpose where there are several: what promotes is not picked by mistake. */
function Choices({ templates }: { templates: ComposerTemplate[] }) {
  const purposes = [...new Set(templates.map((template) => template.purpose))];
  if (purposes.length < 2) return options(templates);
  return purposes.map((purpose) => (
    <optgroup key={purpose} label={label('purpose', purpose)}>
      {options(templates.filter((template) => template.purpose === purpose))}
    </optgroup>
  ));
}
