// What the channel's reviewers refuse, told while one writes. The server asks again; a fault here carries the place that it is about.
import type { TemplateButton, TemplateCardText, TemplateHeaderPart, TemplateText } from '@/lib/api/types';
import { namesIn } from '@/lib/template-places';

import { headerKindOf, type TemplateEdit, usedVariables } from './edit';

/** In letters or pieces, as the channel publishes them. */
export const limits = {
  name: 512,
  header: 60,
  body: 1024,
  bodyWithOffer: 600,
  footer: 60,
  offer: 16,
  buttons: 10,
  buttonTitle: 25,
  urls: 2,
  coupon: 15,
  cardsMin: 2,
  cardsMax: 10,
  cardBody: 160,
  cardLineBreaks: 2,
  expiryMax: 90,
} as const;

export type RuleCode =
  | 'name'
  | 'language'
  | 'empty'
  | 'too_long'
  | 'variable_at_end'
  | 'variables_touch'
  | 'variable_names'
  | 'variable_numbers'
  | 'one_variable'
  | 'no_variables'
  | 'too_many_urls'
  | 'too_many_calls'
  | 'too_many_codes'
  | 'replies_together'
  | 'too_many_buttons'
  | 'url'
  | 'url_variable'
  | 'phone'
  | 'cards_count'
  | 'cards_alike'
  | 'card_lines'
  | 'code_variable'
  | 'code_button'
  | 'expiry'
  | 'apps'
  | 'sample'
  | 'sample_coupon';

export interface RuleFault {
  /** `languages/en/buttons/0/title`, `variables/time`: where it is shown. */
  at: string;
  code: RuleCode;
  max?: number;
}

const letters = (text: string): number => [...text.trim()].length;

class Faults {
  readonly found: RuleFault[] = [];

  need(at: string, holds: boolean, code: RuleCode, max?: number): void {
    if (!holds) this.found.push(max === undefined ? { at, code } : { at, code, max });
  }

  text(at: string, text: string | null | undefined, max: number): void {
    this.need(at, letters(text ?? '') > 0, 'empty');
    this.need(at, letters(text ?? '') <= max, 'too_long', max);
  }

  /** Where variables may stand in a text, and how they may be called. */
  variables(at: string, text: string): void {
    const names = namesIn(text);
    if (names.length === 0) return;
    const plain = text.trim();
    this.need(at, !plain.startsWith('{{') && !plain.endsWith('}}'), 'variable_at_end');
    this.need(at, !/\}\}\s*\{\{/.test(text), 'variables_touch');
    const numbers = names.flatMap((name) => (/^(?:card_\d+_)?(\d+)$/.exec(name) ? [Number(/(\d+)$/.exec(name)?.[1])] : []));
    if (numbers.length === 0) this.need(at, names.every((name) => /^[a-z][a-z0-9_]*$/.test(name)), 'variable_names');
    else this.need(at, numbers.length === names.length && numbers.sort((a, b) => a - b).every((n, index) => n === index + 1), 'variable_numbers');
  }
}

export function faultsOf(edit: TemplateEdit): RuleFault[] {
  const faults = new Faults();
  faults.need('name', /^[a-z0-9_]{1,512}$/.test(edit.name.trim()), 'name');
  for (const [tag, text] of Object.entries(edit.languages)) {
    const at = `languages/${tag}`;
    faults.need(at, /^[a-z]{2,3}([-_][A-Za-z0-9]+)*$/.test(tag), 'language');
    if (edit.purpose === 'authentication') ofCode(faults, at, text);
    else ofText(faults, at, text);
  }
  for (const name of usedVariables(edit)) faults.need(`variables/${name}`, (edit.variables[name]?.sample ?? '').trim() !== '', 'sample');
  for (const name of Object.values(edit.languages).flatMap(couponsOf)) {
    faults.need(`variables/${name}`, letters(edit.variables[name]?.sample ?? '') <= limits.coupon, 'sample_coupon', limits.coupon);
  }
  return faults.found;
}

const couponsOf = (text: TemplateText): string[] => (text.buttons ?? []).flatMap((button) => (button.kind === 'copy_code' ? namesIn(button.code) : []));

function ofText(faults: Faults, at: string, text: TemplateText): void {
  if (text.header_part) ofHeader(faults, `${at}/header_part`, text.header_part);
  else if (text.header != null) {
    faults.text(`${at}/header`, text.header, limits.header);
    faults.need(`${at}/header`, namesIn(text.header).length <= 1, 'one_variable');
  }
  faults.text(`${at}/body`, text.body, text.offer ? limits.bodyWithOffer : limits.body);
  faults.variables(`${at}/body`, text.body);
  if (text.offer) faults.text(`${at}/offer/text`, text.offer.text, limits.offer);
  else if (text.footer?.trim()) {
    faults.text(`${at}/footer`, text.footer, limits.footer);
    faults.need(`${at}/footer`, namesIn(text.footer).length === 0, 'no_variables');
  }
  ofButtons(faults, `${at}/buttons`, text.buttons ?? []);
  ofCards(faults, `${at}/cards`, text.cards ?? []);
}

function ofHeader(faults: Faults, at: string, part: TemplateHeaderPart): void {
  const filled = part.kind === 'media' ? [part.source] : part.kind === 'location' ? [part.latitude, part.longitude] : [part.catalogue, part.product];
  faults.need(at, filled.every((source) => source.trim() !== ''), 'empty');
}

/** The provider words it; ours is for other channels, and says which variable is the code. */
function ofCode(faults: Faults, at: string, text: TemplateText): void {
  faults.text(`${at}/body`, text.body, limits.body);
  faults.need(`${at}/body`, namesIn(text.body).length === 1, 'code_variable');
  const minutes = text.code?.expires_minutes;
  faults.need(`${at}/code`, minutes == null || (Number.isInteger(minutes) && minutes >= 1 && minutes <= limits.expiryMax), 'expiry', limits.expiryMax);
  const [button, ...more] = text.buttons ?? [];
  faults.need(`${at}/buttons`, button?.kind === 'one_time_code' && more.length === 0, 'code_button');
  if (button?.kind !== 'one_time_code') return;
  faults.text(`${at}/buttons/0/title`, button.title, limits.buttonTitle);
  const apps = button.apps ?? [];
  const whole = apps.every((app) => app.package.trim() !== '' && app.signature.trim() !== '');
  faults.need(`${at}/buttons/0/apps`, whole && (apps.length > 0 || (button.delivery ?? 'copy') === 'copy'), 'apps');
}

function ofButtons(faults: Faults, at: string, buttons: TemplateButton[]): void {
  const count = (kind: TemplateButton['kind']): number => buttons.filter((button) => button.kind === kind).length;
  faults.need(at, buttons.length <= limits.buttons, 'too_many_buttons', limits.buttons);
  faults.need(at, count('url') <= limits.urls, 'too_many_urls', limits.urls);
  faults.need(at, count('call') <= 1, 'too_many_calls');
  faults.need(at, count('copy_code') <= 1, 'too_many_codes');
  const changes = buttons.slice(1).filter((button, index) => (button.kind === 'quick_reply') !== (buttons[index]?.kind === 'quick_reply')).length;
  faults.need(at, changes <= 1, 'replies_together');
  for (const [index, button] of buttons.entries()) ofButton(faults, `${at}/${index}`, button);
}

function ofButton(faults: Faults, at: string, button: TemplateButton): void {
  if (button.kind !== 'copy_code' && button.kind !== 'other') faults.text(`${at}/title`, button.title, limits.buttonTitle);
  switch (button.kind) {
    case 'url': {
      const names = namesIn(button.url);
      faults.need(`${at}/url`, /^https?:\/\/[^\s{]+\.[^\s]+$/.test(button.url.trim()), 'url');
      faults.need(`${at}/url`, names.length === 0 || (names.length === 1 && button.url.trim().endsWith('}}')), 'url_variable');
      return;
    }
    case 'call':
      return faults.need(`${at}/phone`, /^\+[1-9]\d{6,14}$/.test(button.phone.replace(/[ ()-]/g, '')), 'phone');
    case 'copy_code':
      faults.need(`${at}/code`, button.code.trim() !== '', 'empty');
      return faults.need(`${at}/code`, namesIn(button.code).length > 0 || letters(button.code) <= limits.coupon, 'too_long', limits.coupon);
    case 'form':
      return faults.need(`${at}/form`, button.form.trim() !== '', 'empty');
    case 'catalogue':
    case 'products':
      faults.need(`${at}/thumbnail`, button.thumbnail.trim() !== '', 'empty');
      if (button.kind === 'products') faults.need(`${at}/groups`, button.groups.length > 0 && button.groups.every((group) => group.products.trim() !== ''), 'empty');
      return;
    default:
  }
}

const shapeOf = (card: TemplateCardText): string => JSON.stringify([card.header_part ? headerKindOf(card) : null, card.body == null, (card.buttons ?? []).map((button) => button.kind)]);

function ofCards(faults: Faults, at: string, cards: TemplateCardText[]): void {
  if (cards.length === 0) return;
  faults.need(at, cards.length >= limits.cardsMin && cards.length <= limits.cardsMax, 'cards_count');
  faults.need(at, new Set(cards.map(shapeOf)).size === 1, 'cards_alike');
  for (const [index, card] of cards.entries()) {
    if (card.header_part) ofHeader(faults, `${at}/${index}/header_part`, card.header_part);
    if (card.body != null) {
      faults.text(`${at}/${index}/body`, card.body, limits.cardBody);
      faults.need(`${at}/${index}/body`, card.body.trim().split('\n').length - 1 <= limits.cardLineBreaks, 'card_lines', limits.cardLineBreaks);
      faults.variables(`${at}/${index}/body`, card.body);
    }
    ofButtons(faults, `${at}/${index}/buttons`, card.buttons ?? []);
  }
}
