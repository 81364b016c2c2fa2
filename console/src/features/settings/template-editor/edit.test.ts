import { expect, test } from 'vitest';

import type { Template } from '@/lib/api/types';

import { blankButton, draftOf, editOf, headerPart, nextCard, usedVariables, withLanguage, withoutLanguage, withPurpose } from './edit';

const template = {
  id: 'tpl_1',
  name: 'reminder',
  purpose: 'transactional',
  default_language: 'en',
  version: 'v1',
  updated_at: '2026-11-23T10:00:00Z',
  variables: [
    { name: 'first_name', sample: 'Ada', fallback: 'there', max_length: 40 },
    { name: 'forgotten', sample: 'x' },
  ],
  languages: {
    en: { header: 'Hello', body: 'Hello {{first_name}}, see you', buttons: [{ kind: 'quick_reply', id: 'ok', title: 'Fine' }], approval: { state: 'approved' }, author: 'usr_1' },
    es: { body: 'Hola {{first_name}}, hasta luego' },
  },
} as Template;

test('what only the server sets is not sent back, and a variable that nothing uses is dropped', () => {
  const draft = draftOf(editOf(template));
  expect(draft.languages.en).not.toHaveProperty('approval');
  expect(draft.languages.en).not.toHaveProperty('author');
  expect(draft.languages.en?.buttons).toEqual([{ kind: 'quick_reply', id: 'ok', title: 'Fine' }]);
  expect(draft.variables).toEqual([{ name: 'first_name', sample: 'Ada', fallback: 'there', max_length: 40 }]);
});

test('a language is added as a copy and taken away, and one always stays the default', () => {
  const three = withLanguage(editOf(template), 'pt-BR', 'en');
  expect(three.languages['pt-BR']).toEqual(three.languages.en);
  expect(draftOf(three).default_language).toBe('en');
  const without = withoutLanguage(three, 'en');
  expect(Object.keys(without.languages)).toEqual(['es', 'pt-BR']);
  expect(without.defaultLanguage).toBe('es');
});

test('an offer takes the place of the footer, and belongs to promotion', () => {
  const edit = withPurpose(editOf(template), 'promotional');
  const offered = { ...edit, languages: { en: { body: 'Now', footer: 'Demo clinic', offer: { text: ' Ends soon ', ends_at: '{{ends_at}}' } } } };
  expect(draftOf(offered).languages.en).toMatchObject({ footer: null, offer: { text: 'Ends soon', ends_at: '{{ends_at}}' } });
  expect(usedVariables(offered)).toEqual(['ends_at']);
  expect(draftOf(withPurpose(offered, 'service')).languages.en).toMatchObject({ footer: 'Demo clinic', offer: null });
});

test('an authentication template has its words, its terms and one button', () => {
  const edit = withPurpose(editOf(null), 'authentication');
  expect(draftOf({ ...edit, name: 'sign_in' }).languages.en).toEqual({ body: '{{code}} is your code.', code: { advice: true }, buttons: [{ kind: 'one_time_code', title: 'Copy code', delivery: 'copy' }] });
  expect(withPurpose(edit, 'service').languages.en?.buttons).toEqual([]);
});

test('the variables of cards are kept apart, and a new card has the parts of the first', () => {
  const first = nextCard([]);
  const second = nextCard([{ ...first, buttons: [{ ...blankButton('url'), title: 'Look' }] }]);
  expect(first.header_part).toMatchObject({ source: '{{card_1_image}}' });
  expect(second.header_part).toMatchObject({ source: '{{card_2_image}}' });
  expect(second.buttons).toEqual([{ kind: 'url', title: 'Look', url: 'https://' }]);
  expect(headerPart('video')).toMatchObject({ kind: 'media', media: 'video', source: '{{header_video}}' });
});

test('an answer without an id is known by its words', () => {
  const edit = { ...editOf(null), languages: { en: { body: 'Well?', buttons: [{ kind: 'quick_reply' as const, id: '', title: 'Yes, please!' }] } } };
  expect(draftOf(edit).languages.en?.buttons).toEqual([{ kind: 'quick_reply', id: 'yes_please', title: 'Yes, please!' }]);
});
