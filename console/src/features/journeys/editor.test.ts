import { Text } from '@codemirror/state';
import { expect, test } from 'vitest';

import { offsetOf } from './editor';

const doc = Text.of(['journey: x', '  steps:', '']);

test('line and column become a place in the text', () => {
  expect(offsetOf(doc, 1, 1)).toBe(0);
  expect(offsetOf(doc, 2, 3)).toBe(13);
});

test('a diagnostic about an older, longer text stays inside', () => {
  expect(offsetOf(doc, 99, 99)).toBe(doc.length);
  expect(offsetOf(doc, 1, 99)).toBe(10);
  expect(offsetOf(doc, 0, 0)).toBe(0);
});
