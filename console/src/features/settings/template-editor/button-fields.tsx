import { ArrowUp } from 'lucide-react';

import type { TemplateButton } from '@/lib/api/types';
import { label, t } from '@/lib/i18n';
import { IconButton } from '@/ui/button';
import { Field, Select } from '@/ui/field';

import { blankButton, type ButtonKind } from './edit';
import { Add, faultAt, TakeAway, TextPart, type Told } from './parts';
import { limits } from './rules';

/** In the order of how often they are wanted. One-time codes belong to authentication, and what we cannot fill is only kept. */
const kinds: ButtonKind[] = ['quick_reply', 'url', 'call', 'copy_code', 'form', 'voice_call', 'catalogue', 'products'];
const onCards: ButtonKind[] = ['quick_reply', 'url', 'call'];

interface Props extends Told {
  buttons: TemplateButton[];
  of: 'message' | 'card';
  prefix?: string;
  onChange: (next: TemplateButton[]) => void;
}

/** The buttons in their order, which is how the provider names them. */
export function ButtonFields({ buttons, of, prefix = '', onChange, ...told }: Props) {
  return (
    <>
      {buttons.map((button, index) => {
        const set = (next: TemplateButton): void => onChange(buttons.with(index, next));
        return (
          // oxlint-disable-next-line react/no-array-index-key -- a button is its position
          <div key={index} role="group" aria-label={t('templates.button_n', { n: index + 1 })} className="flex flex-col gap-2 border-b border-line pb-3 last:border-0 last:pb-0">
            <div className="flex items-end gap-1.5">
              <div className="min-w-0 flex-1">
                <KindOf button={button} offered={of === 'card' ? onCards : kinds} onPick={(kind) => set({ ...blankButton(kind, prefix), ...(button.title && kind !== 'copy_code' ? { title: button.title } : {}) } as TemplateButton)} />
              </div>
              {index > 0 && (
                <IconButton label={t('templates.button_up', { n: index + 1 })} className="size-7 shrink-0" onClick={() => onChange(buttons.with(index, buttons[index - 1]!).with(index - 1, button))}>
                  <ArrowUp aria-hidden />
                </IconButton>
              )}
              <TakeAway label={t('templates.button_away', { n: index + 1 })} onClick={() => onChange(buttons.toSpliced(index, 1))} />
            </div>
            <OneButton button={button} onChange={set} at={`${told.at}/${index}`} faults={told.faults} />
          </div>
        );
      })}
      {faultAt(told, '') && <p className="text-xs text-danger">{faultAt(told, '')}</p>}
      <Add disabled={buttons.length >= limits.buttons} onClick={() => onChange([...buttons, blankButton('quick_reply', prefix)])}>
        {t('templates.add_button')}
      </Add>
    </>
  );
}

function KindOf({ button, offered, onPick }: { button: TemplateButton; offered: ButtonKind[]; onPick: (kind: ButtonKind) => void }) {
  const choices = offered.includes(button.kind) ? offered : [...offered, button.kind];
  return (
    <Field label={t('templates.button_kind')}>
      {(props) => (
        <Select {...props} value={button.kind} onChange={(event) => onPick(event.target.value as ButtonKind)}>
          {choices.map((kind) => (
            <option key={kind} value={kind}>
              {label('template_button', kind)}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function OneButton({ button, onChange, ...told }: Told & { button: TemplateButton; onChange: (next: TemplateButton) => void }) {
  const text = (member: string, name: string, value: string | null | undefined, hint?: string, optional = false) => (
    <TextPart key={member} {...told} member={member} label={name} hint={hint} value={value} onChange={(next) => onChange({ ...button, [member]: optional ? next || null : next } as TemplateButton)} />
  );
  const title = text('title', t('templates.button_title'), button.title);
  switch (button.kind) {
    case 'quick_reply':
      return (
        <Two>
          {title}
          {text('id', t('templates.button_id'), button.id, t('templates.button_id_hint'))}
        </Two>
      );
    case 'url':
      return (
        <Two>
          {title}
          {text('url', t('templates.button_url'), button.url, t('templates.button_url_hint'))}
        </Two>
      );
    case 'call':
      return (
        <Two>
          {title}
          {text('phone', t('templates.button_phone'), button.phone)}
        </Two>
      );
    case 'copy_code':
      return text('code', t('template.place.coupon'), button.code, t('templates.button_code_hint'));
    case 'form':
      return (
        <Two>
          {title}
          {text('form', t('templates.button_form'), button.form, t('templates.button_form_hint'))}
          {text('screen', t('templates.button_screen'), button.screen, undefined, true)}
          {text('token', t('template.place.token'), button.token, t('templates.button_token_hint'), true)}
        </Two>
      );
    case 'catalogue':
      return (
        <Two>
          {title}
          {text('thumbnail', t('templates.button_thumbnail'), button.thumbnail)}
        </Two>
      );
    case 'products':
      return (
        <>
          <Two>
            {title}
            {text('thumbnail', t('templates.button_thumbnail'), button.thumbnail)}
          </Two>
          {button.groups.map((group, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- groups have no names of their own
            <div key={index} className="flex items-end gap-1.5">
              <div className="min-w-0 flex-1">
                <Two>
                  <TextPart {...told} member={`groups/${index}/title`} label={t('templates.group_title', { n: index + 1 })} value={group.title} onChange={(next) => onChange({ ...button, groups: button.groups.with(index, { ...group, title: next || null }) })} />
                  <TextPart {...told} member={`groups/${index}/products`} label={t('templates.group_products', { n: index + 1 })} value={group.products} onChange={(products) => onChange({ ...button, groups: button.groups.with(index, { ...group, products }) })} />
                </Two>
              </div>
              {button.groups.length > 1 && <TakeAway label={t('templates.group_away', { n: index + 1 })} onClick={() => onChange({ ...button, groups: button.groups.toSpliced(index, 1) })} />}
            </div>
          ))}
          <Add onClick={() => onChange({ ...button, groups: [...button.groups, { title: null, products: '' }] })}>{t('templates.add_group')}</Add>
        </>
      );
    case 'other':
      return <p className="text-xs text-ink-2">{t('templates.button_other', { kind: button.provider_kind })}</p>;
    default:
      return title;
  }
}

function Two({ children }: { children: React.ReactNode }) {
  return <div className="grid gap-2 sm:grid-cols-2">{children}</div>;
}
