import type { Purpose, TemplateText } from '@/lib/api/types';
import { t } from '@/lib/i18n';

import { ButtonFields } from './button-fields';
import { CardFields } from './card-fields';
import { CodeFields } from './code-fields';
import { HeaderFields } from './header-fields';
import { Check, Part, TextPart, type Told } from './parts';

interface Props extends Told {
  purpose: Purpose;
  text: TemplateText;
  onChange: (change: Partial<TemplateText>) => void;
}

/** The parts of one language, from the top of the message to its end. */
export function TextFields({ purpose, text, onChange, ...told }: Props) {
  const ofCode = purpose === 'authentication';
  const body = (
    <TextPart
      {...told}
      member="body"
      label={t('templates.body')}
      hint={ofCode ? t('templates.body_hint_code') : t('templates.body_hint')}
      rows={ofCode ? 2 : 5}
      value={text.body}
      onChange={(next) => onChange({ body: next })}
    />
  );
  if (ofCode) {
    return (
      <>
        {body}
        <CodeFields {...told} text={text} onChange={onChange} />
      </>
    );
  }
  const cards = text.cards ?? [];
  return (
    <>
      <Part title={t('template.part.header')}>
        <HeaderFields {...told} of="message" value={text} onChange={onChange} />
      </Part>
      {(purpose === 'promotional' || text.offer) && (
        <Part title={t('template.part.offer')}>
          <Check label={t('templates.offer')} hint={t('templates.offer_hint')} on={text.offer != null} onChange={(on) => onChange({ offer: on ? { text: '', ends_at: '{{ends_at}}' } : null })} />
          {text.offer && (
            <>
              <TextPart {...told} member="offer/text" label={t('templates.offer_text')} value={text.offer.text} onChange={(words) => onChange({ offer: { ...text.offer, text: words } })} />
              <Check label={t('templates.offer_clock')} on={text.offer.ends_at != null} onChange={(on) => text.offer && onChange({ offer: { text: text.offer.text, ends_at: on ? '{{ends_at}}' : null } })} />
            </>
          )}
        </Part>
      )}
      {body}
      {!text.offer && <TextPart {...told} member="footer" label={t('templates.footer')} value={text.footer} onChange={(footer) => onChange({ footer })} />}
      <Part title={t('templates.buttons')}>
        <ButtonFields of="message" at={`${told.at}/buttons`} faults={told.faults} buttons={text.buttons ?? []} onChange={(buttons) => onChange({ buttons })} />
      </Part>
      <Part title={t('templates.cards')}>
        <CardFields at={`${told.at}/cards`} faults={told.faults} cards={cards} onChange={(next) => onChange({ cards: next })} />
      </Part>
    </>
  );
}
