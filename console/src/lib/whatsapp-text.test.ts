import { expect, test } from 'vitest';

import { runs } from './whatsapp-text';

const plain = (text: string) => runs(text).map((run) => [run.text, run.marks.join('+')]);

test('marks around words count', () => {
  expect(plain('a *bold* and _thin_ ~gone~')).toEqual([
    ['a ', ''],
    ['bold', 'bold'],
    [' and ', ''],
    ['thin', 'italic'],
    [' ', ''],
    ['gone', 'strike'],
  ]);
});

test('marks nest', () => {
  expect(plain('*a _b_*')).toEqual([
    ['a ', 'bold'],
    ['b', 'bold+italic'],
  ]);
});

test('signs inside words, with spaces inside, or alone stay as they are', () => {
  for (const text of ['snake_case_name', '2 * 3 * 4', '* a*', '*open', 'a*b*c', '**']) expect(runs(text).map((run) => run.text).join('')).toBe(text);
  expect(plain('snake_case_name')).toEqual([['snake_case_name', '']]);
  expect(plain('2 * 3 * 4')).toEqual([['2 * 3 * 4', '']]);
});

test('nothing inside code is a mark, and an inline mark does not span lines', () => {
  expect(plain('```*x*```')).toEqual([['*x*', 'code']]);
  expect(plain('*a\nb*')).toEqual([['*a\nb*', '']]);
});
