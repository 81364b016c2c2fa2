import { expect, test } from 'vitest';

import type { TemplateText, TemplateVariable } from './api/types';
import { fromLocal, groupsOf, slotFault, toLocal } from './template-places';

const text: TemplateText = {
  header_part: { kind: 'media', media: 'image', source: '{{picture}}' },
  body: 'Hello {{first_name}}, {{first_name}} saves.',
  offer: { text: 'Ends soon', ends_at: '{{ends}}' },
  buttons: [
    { kind: 'url', title: 'Book', url: 'https://example.com/book/{{slot}}' },
    { kind: 'copy_code', title: 'Copy', code: '{{coupon}}' },
  ],
  cards: [
    { header_part: { kind: 'media', media: 'video', source: '{{film}}' }, body: 'Room {{card_1_1}}', buttons: [] },
    { header_part: { kind: 'location', latitude: '{{lat}}', longitude: '{{lon}}' }, body: 'By {{first_name}}' },
  ],
};
const variable = (name: string, more: Partial<TemplateVariable> = {}): TemplateVariable => ({ name, kind: 'text', sample: 'x', ...more });
const names = ['unused', 'picture', 'first_name', 'ends', 'slot', 'coupon', 'film', 'card_1_1', 'lat', 'lon'];
const now = Date.parse('2026-11-23T12:00:00Z');

test('every part asks for its own variables, each of them once, in the order of the message', () => {
  const groups = groupsOf(text, 'promotional', names.map((name) => variable(name)));
  expect(groups.map((group) => [group.key, group.slots.map((slot) => slot.variable.name)])).toEqual([
    ['header/', ['picture']],
    ['body/', ['first_name']],
    ['offer/', ['ends']],
    ['button/Book', ['slot']],
    ['button/Copy', ['coupon']],
    ['card/1', ['film', 'card_1_1']],
    ['card/2', ['lat', 'lon']],
  ]);
  expect(groups[1]?.slots[0]?.places.map((place) => place.part)).toEqual(['body', 'card']);
  expect(groups[3]?.slots[0]?.places[0].stem).toBe('https://example.com/book/');
});

test('the one variable of an authentication template is its code', () => {
  const [group] = groupsOf({ body: '{{1}} is your code', buttons: [{ kind: 'one_time_code', title: 'Copy code' }] }, 'authentication', [variable('1')]);
  const slot = group?.slots[0];
  expect(slot?.places[0].kind).toBe('code');
  expect(slot && slotFault(slot, '1234567890123456', now)).toEqual({ code: 'too_long', max: 15 });
  expect(slot && slotFault(slot, '123456', now)).toBeNull();
});

test('each place has its rule, told before anything is sent', () => {
  const slots = new Map(groupsOf(text, 'promotional', names.map((name) => variable(name))).flatMap((group) => group.slots.map((slot) => [slot.variable.name, slot] as const)));
  const fault = (name: string, value: string): unknown => {
    const slot = slots.get(name);
    return slot ? slotFault(slot, value, now) : 'no such slot';
  };
  expect(fault('picture', 'http://example.com/a.png')).toEqual({ code: 'not_media' });
  expect(fault('picture', 'https://example.com/a.png')).toBeNull();
  expect(fault('picture', 'med_01kan9q4tz7c8d2f5w0h00000b')).toBeNull();
  expect(fault('ends', '2026-11-23T11:59:00Z')).toEqual({ code: 'over' });
  expect(fault('ends', 'tomorrow')).toEqual({ code: 'not_a_moment' });
  expect(fault('ends', '2026-11-24T11:59:00Z')).toBeNull();
  expect(fault('slot', 'https://example.com/book/7')).toEqual({ code: 'whole_link', stem: 'https://example.com/book/' });
  expect(fault('slot', 'a b')).toEqual({ code: 'spaces' });
  expect(fault('coupon', 'SIXTEENLETTERS16')).toEqual({ code: 'too_long', max: 15 });
  expect(fault('lat', '91')).toEqual({ code: 'not_latitude' });
  expect(fault('lon', '-180')).toBeNull();
  expect(fault('first_name', '')).toEqual({ code: 'missing' });
});

test('products behind a button are counted', () => {
  const [group] = groupsOf({ body: 'Hi', buttons: [{ kind: 'products', title: 'See', thumbnail: 'p1', groups: [{ products: '{{list}}' }] }] }, 'service', [variable('list')]);
  const slot = group?.slots[0];
  expect(slot && slotFault(slot, ', ,', now)).toEqual({ code: 'products' });
  expect(slot && slotFault(slot, Array.from({ length: 31 }, (_, n) => `p${n}`).join(), now)).toEqual({ code: 'products' });
  expect(slot && slotFault(slot, 'p1, p2', now)).toBeNull();
});

test('a moment goes to the control and back unchanged', () => {
  expect(fromLocal(toLocal('2026-11-24T18:30:00Z'))).toBe('2026-11-24T18:30:00Z');
  expect(toLocal('soon')).toBe('');
  expect(fromLocal('')).toBe('');
});
