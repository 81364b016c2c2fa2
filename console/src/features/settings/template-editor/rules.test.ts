import { expect, test } from 'vitest';

import type { Purpose, TemplateText } from '@/lib/api/types';

import { editOf, usedVariables } from './edit';
import { faultsOf } from './rules';

/** `place code`, with samples for every variable. */
function told(text: Partial<TemplateText>, purpose: Purpose = 'service', sample = 'x'): string[] {
  const edit = { ...editOf(null), name: 'one', purpose, languages: { en: { body: 'Good morning', ...text } } };
  const variables = Object.fromEntries(usedVariables(edit).map((name) => [name, { name, sample }]));
  return faultsOf({ ...edit, variables }).map((fault) => `${fault.at.replace('languages/en/', '')} ${fault.code}`);
}

const reply = (title: string) => ({ kind: 'quick_reply' as const, id: title, title });
const link = (url: string) => ({ kind: 'url' as const, title: 'Open', url });
const card = (body: string, button = true) => ({ body, buttons: button ? [reply('A')] : [] });

test('a plain text with a name and samples passes', () => {
  expect(told({ header: 'Hello', body: 'Hello {{first_name}}, welcome', footer: 'Demo clinic' })).toEqual([]);
});

test('names, languages and samples', () => {
  const edit = { ...editOf(null), name: 'Pick up', languages: { English: { body: 'Hello {{a}} there' } } };
  expect(faultsOf(edit).map((fault) => `${fault.at} ${fault.code}`)).toEqual(['name name', 'languages/English language', 'variables/a sample']);
});

test('variables stand inside of a text, apart, and are named or counted', () => {
  expect(told({ body: '{{a}} is here' })).toEqual(['body variable_at_end']);
  expect(told({ body: 'Hello {{a}} {{b}} there' })).toEqual(['body variables_touch']);
  expect(told({ body: 'Hello {{Name}} there' })).toEqual(['body variable_names']);
  expect(told({ body: 'Hello {{1}} and {{2}} there' })).toEqual([]);
  expect(told({ body: 'Hello {{1}} and {{3}} there' })).toEqual(['body variable_numbers']);
  expect(told({ body: 'Hello {{1}} and {{name}} there' })).toEqual(['body variable_numbers']);
});

test('lengths, and what header and footer take', () => {
  expect(told({ header: 'x'.repeat(61) })).toEqual(['header too_long']);
  expect(told({ header: '{{a}} and {{b}}' })).toEqual(['header one_variable']);
  expect(told({ footer: 'For {{a}} only' })).toEqual(['footer no_variables']);
  expect(told({ body: 'x'.repeat(601) })).toEqual([]);
  expect(told({ body: 'x'.repeat(601), offer: { text: 'Now' } }, 'promotional')).toEqual(['body too_long']);
  expect(told({ offer: { text: 'More than sixteen letters' } }, 'promotional')).toEqual(['offer/text too_long']);
});

test('buttons by kind, by number and in their order', () => {
  expect(told({ buttons: [reply('A'), link('https://example.com/{{x}}'), reply('B')] })).toEqual(['buttons replies_together']);
  expect(told({ buttons: [link('https://example.com'), link('https://example.com/{{a}}/x'), link('example.com')] })).toEqual(['buttons too_many_urls', 'buttons/1/url url_variable', 'buttons/2/url url']);
  expect(told({ buttons: [{ kind: 'call', title: 'Call', phone: '12' }] })).toEqual(['buttons/0/phone phone']);
  expect(told({ buttons: [{ kind: 'copy_code', title: '', code: '{{coupon}}' }] }, 'promotional', 'LONGER THAN FIFTEEN')).toEqual(['variables/coupon sample_coupon']);
  expect(told({ buttons: [reply('A title that is far too long')] })).toEqual(['buttons/0/title too_long']);
});

test('cards are two to ten, alike, and short', () => {
  expect(told({ cards: [card('One')] })).toEqual(['cards cards_count']);
  expect(told({ cards: [card('One'), card('Two', false)] })).toEqual(['cards cards_alike']);
  expect(told({ cards: [card('One'), card('a\nb\nc\nd')] })).toEqual(['cards/1/body card_lines']);
  expect(told({ cards: [card('One'), card('x'.repeat(161))] })).toEqual(['cards/1/body too_long']);
  expect(told({ cards: [card('Room {{card_1_1}} here'), card('Room {{card_2_1}} here')] })).toEqual([]);
});

test('a one-time code needs one variable, its button and, to fill itself in, an app', () => {
  const button = { kind: 'one_time_code' as const, title: 'Copy code' };
  expect(told({ body: '{{code}} is your code', buttons: [button] }, 'authentication')).toEqual([]);
  expect(told({ body: 'Your code' }, 'authentication')).toEqual(['body code_variable', 'buttons code_button']);
  expect(told({ body: '{{code}}', buttons: [{ ...button, delivery: 'one_tap' }], code: { advice: true, expires_minutes: 91 } }, 'authentication')).toEqual(['code expiry', 'buttons/0/apps apps']);
});
