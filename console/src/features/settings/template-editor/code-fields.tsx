import type { TemplateText } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { Field, Input, Select } from '@/ui/field';

import { blankButton } from './edit';
import { Add, Check, faultAt, Part, TakeAway, TextPart, type Told } from './parts';
import { limits } from './rules';

interface Props extends Told {
  text: TemplateText;
  onChange: (change: Partial<TemplateText>) => void;
}

const deliveries = ['copy', 'one_tap', 'zero_tap'] as const;

/** A one-time code: how long it holds, and how it gets into the person's app. */
export function CodeFields({ text, onChange, ...told }: Props) {
  const code = text.code ?? { advice: true };
  const first = text.buttons?.[0];
  const button = first?.kind === 'one_time_code' ? first : (blankButton('one_time_code') as Extract<typeof first, { kind: 'one_time_code' }>);
  const set = (change: Partial<typeof button>): void => onChange({ buttons: [{ ...button, ...change }] });
  const apps = button.apps ?? [];
  const at = `${told.at}/buttons/0`;
  return (
    <>
      <Part title={t('templates.code')} fault={faultAt(told, 'code')}>
        <Check label={t('templates.code_advice')} hint={t('template.shown.advice')} on={code.advice !== false} onChange={(advice) => onChange({ code: { ...code, advice } })} />
        <Field label={t('templates.code_expires')} hint={t('templates.code_expires_hint')}>
          {(props) => (
            <Input
              {...props}
              type="number"
              min={1}
              max={limits.expiryMax}
              value={code.expires_minutes ?? ''}
              onChange={(event) => onChange({ code: { ...code, expires_minutes: event.target.value === '' ? null : Number(event.target.value) } })}
            />
          )}
        </Field>
      </Part>
      <Part title={t('templates.code_button')} fault={faultAt(told, 'buttons') ?? faultAt(told, 'buttons/0/apps')}>
        <div className="grid gap-2.5 sm:grid-cols-2">
          <TextPart at={at} faults={told.faults} member="title" label={t('templates.button_title')} value={button.title} onChange={(title) => set({ title })} />
          <Field label={t('templates.code_delivery')}>
            {(props) => (
              <Select {...props} value={button.delivery ?? 'copy'} onChange={(event) => set({ delivery: event.target.value as (typeof deliveries)[number] })}>
                {deliveries.map((one) => (
                  <option key={one} value={one}>
                    {t(`templates.code_delivery.${one}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        {(button.delivery ?? 'copy') !== 'copy' && (
          <>
            <TextPart at={at} faults={told.faults} member="autofill" label={t('templates.code_autofill')} value={button.autofill} onChange={(autofill) => set({ autofill: autofill || null })} />
            {apps.map((app, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- apps have no names of their own before they are written
              <div key={index} className="flex items-end gap-1.5">
                <div className="grid min-w-0 flex-1 gap-2 sm:grid-cols-2">
                  <TextPart at={at} faults={told.faults} member={`apps/${index}/package`} label={t('templates.app_package', { n: index + 1 })} value={app.package} onChange={(name) => set({ apps: apps.with(index, { ...app, package: name }) })} />
                  <TextPart at={at} faults={told.faults} member={`apps/${index}/signature`} label={t('templates.app_signature', { n: index + 1 })} value={app.signature} onChange={(signature) => set({ apps: apps.with(index, { ...app, signature }) })} />
                </div>
                <TakeAway label={t('templates.app_away', { n: index + 1 })} onClick={() => set({ apps: apps.toSpliced(index, 1) })} />
              </div>
            ))}
            <Add onClick={() => set({ apps: [...apps, { package: '', signature: '' }] })}>{t('templates.add_app')}</Add>
          </>
        )}
      </Part>
    </>
  );
}
