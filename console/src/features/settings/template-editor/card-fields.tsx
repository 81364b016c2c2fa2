import type { TemplateCardText } from '@/lib/api/types';
import { t } from '@/lib/i18n';

import { ButtonFields } from './button-fields';
import { nextCard } from './edit';
import { HeaderFields } from './header-fields';
import { Add, faultAt, Part, TakeAway, TextPart, type Told } from './parts';
import { limits } from './rules';

interface Props extends Told {
  cards: TemplateCardText[];
  onChange: (next: TemplateCardText[]) => void;
}

/** A row of cards that people leaf through. All have the same parts, so the next one begins like the first. */
export function CardFields({ cards, onChange, ...told }: Props) {
  const add = (): void => {
    const one = [...cards, nextCard(cards)];
    onChange(cards.length === 0 ? [...one, nextCard(one)] : one);
  };
  return (
    <>
      {cards.map((card, index) => {
        const n = index + 1;
        const at = `${told.at}/${index}`;
        const prefix = `card_${n}_`;
        const set = (change: Partial<TemplateCardText>): void => onChange(cards.with(index, { ...card, ...change }));
        return (
          // oxlint-disable-next-line react/no-array-index-key -- a card is its position
          <Part key={index} title={t('template.shown.card_x', { n })}>
            <div className="flex justify-end">
              <TakeAway label={t('templates.card_away', { n })} onClick={() => onChange(cards.toSpliced(index, 1))} />
            </div>
            <HeaderFields of="card" at={at} faults={told.faults} prefix={prefix} value={card} onChange={({ header_part }) => set({ header_part })} />
            <TextPart at={at} faults={told.faults} member="body" label={t('templates.card_body', { n })} rows={2} value={card.body} onChange={(body) => set({ body: body === '' ? null : body })} />
            <ButtonFields of="card" at={`${at}/buttons`} faults={told.faults} prefix={prefix} buttons={card.buttons ?? []} onChange={(buttons) => set({ buttons })} />
          </Part>
        );
      })}
      {faultAt(told, '') && <p className="text-xs text-danger">{faultAt(told, '')}</p>}
      <Add disabled={cards.length >= limits.cardsMax} onClick={add}>
        {cards.length === 0 ? t('templates.add_cards') : t('templates.add_card')}
      </Add>
    </>
  );
}
