import { expect, test } from 'vitest';

import type { Template } from '@/lib/api/types';

import { draftOf, variablesIn, wordsFault, wordsOf } from './template-draft';

const template = {
  id: 'tpl_1',
  name: 'reminder',
  purpose: 'transactional',
  default_language: 'en',
  version: 'v1',
  updated_at: '2026-11-23T10:00:00Z',
  variables: [{ name: 'first_name', sample: 'Ada', fallback: 'there' }],
  languages: {
    en: { header: 'Hello', body: 'Hello {{first_name}}', buttons: [{ kind: 'quick_reply', id: 'ok', title: 'Fine' }], approval: { state: 'approved' } },
    es: { body: 'Hola {{first_name}}' },
  },
} as Template;

test('an edited text keeps its buttons and the other languages, and says nothing of approval', () => {
  const draft = draftOf(template, { ...wordsOf(template, 'en'), body: 'Good morning {{first_name}}, at {{time}}', samples: { first_name: 'Ada', time: '9:30' } });
  expect(draft.languages.en).toEqual({ header: 'Hello', body: 'Good morning {{first_name}}, at {{time}}', footer: null, buttons: [{ kind: 'quick_reply', id: 'ok', title: 'Fine' }] });
  expect(draft.languages.es).toEqual({ body: 'Hola {{first_name}}' });
  expect(draft.variables).toEqual([{ name: 'first_name', sample: 'Ada', fallback: 'there' }, { name: 'time', sample: '9:30' }]);
});

test('a language is added without becoming the default', () => {
  const draft = draftOf(template, { ...wordsOf(template, 'pt-BR'), body: 'Olá' });
  expect(Object.keys(draft.languages)).toEqual(['en', 'es', 'pt-BR']);
  expect(draft.default_language).toBe('en');
});

test('a new template needs a plain name, a text and an example of each variable', () => {
  const words = { ...wordsOf(null, 'en'), name: 'pick_up', body: 'Ready at {{ time }}' };
  expect(variablesIn(words)).toEqual(['time']);
  expect(wordsFault({ ...words, name: 'Pick up' })).toBe('name');
  expect(wordsFault({ ...words, language: 'English' })).toBe('language');
  expect(wordsFault({ ...words, body: ' ' })).toBe('body');
  expect(wordsFault(words)).toBe('sample');
  expect(wordsFault({ ...words, samples: { time: 'noon' } })).toBeNull();
});
