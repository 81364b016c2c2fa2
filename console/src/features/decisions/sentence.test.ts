import { expect, test } from 'vitest';

import type { Decision } from '@/lib/api/types';
import { decisions } from '@/lib/mock/records';

import { verdictSentence, verdictTone } from './sentence';

const all = decisions('ctc_1', 1);
const of = (index: number): Decision => all[index]!;

test('u4_each_verdict_is_one_sentence', () => {
  expect(verdictSentence(of(0))).toBe('Sent on WhatsApp to +1 202 555 0101 as a template, for $0.0034.');
  expect(verdictSentence(of(1))).toMatch(/^Nothing was sent: they opted out/);
  expect(verdictSentence(of(2))).toMatch(/^Waits until .*: quiet hours/);
  expect(verdictSentence(of(3))).toBe('Sent on WhatsApp to +1 202 555 0101 as free text, free of charge.');
});

test('silence is marked, and so is delay', () => {
  expect(all.map(verdictTone)).toEqual(['ok', 'danger', 'attention', 'ok']);
});
