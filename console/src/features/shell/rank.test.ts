import { expect, test } from 'vitest';

import { rank } from './rank';

const of = (...texts: string[]) => texts.map((text) => ({ text }));

test('beginnings come before words, words before letters', () => {
  expect(rank(of('Inbox: Mine', 'A journey of ours', 'Journeys', 'Join our newsletter'), 'jou').map((item) => item.text)).toEqual(['Journeys', 'A journey of ours', 'Join our newsletter']);
});

test('nothing typed keeps everything in its order', () => {
  expect(rank(of('b', 'a'), '')).toHaveLength(2);
});

test('no answer is no answer', () => {
  expect(rank(of('Inbox'), 'zz')).toEqual([]);
});
