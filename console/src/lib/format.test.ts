import { describe, expect, test } from 'vitest';

import { addressText, dayOf, initials, listTime, money, parseAddress, phone, relative, sentence, share, span } from './format';

const noon = new Date(2026, 10, 22, 12, 0, 0).getTime();
const iso = (ms: number): string => new Date(ms).toISOString();
const HOUR = 3_600_000;

describe('spans', () => {
  test('show the two largest units and drop an empty second one', () => {
    expect(span(45_000)).toBe('45s');
    expect(span(4 * 60_000 + 30_000)).toBe('4m 30s');
    expect(span(14 * 60_000 + 30_000)).toBe('14m');
    expect(span(3 * HOUR + 12 * 60_000)).toBe('3h 12m');
    expect(span(2 * HOUR)).toBe('2h');
    expect(span(52 * HOUR)).toBe('2d 4h');
  });
  test('lose their sign, because words say whether something is late', () => {
    expect(span(-13 * 60_000)).toBe('13m');
  });
});

describe('moments', () => {
  test('are told from now', () => {
    expect(relative(iso(noon), noon + 3000)).toBe('just now');
    expect(relative(iso(noon - 4 * 60_000), noon)).toBe('4m ago');
    expect(relative(iso(noon + 3 * HOUR), noon)).toBe('in 3h');
  });
  test('in lists are a time today, a weekday this week, then a date', () => {
    expect(listTime(iso(noon - HOUR), noon)).toBe('11:00');
    expect(listTime(iso(noon - 50 * HOUR), noon)).toBe('Fri');
    expect(listTime(iso(noon - 30 * 24 * HOUR), noon)).toBe('23 Oct');
  });
  test('belong to calendar days and not to spans of 24 hours', () => {
    const shortlyAfterMidnight = new Date(2026, 10, 22, 0, 30).getTime();
    expect(dayOf(iso(shortlyAfterMidnight - HOUR), shortlyAfterMidnight)).toEqual({ kind: 'yesterday' });
    expect(dayOf(iso(shortlyAfterMidnight), shortlyAfterMidnight)).toEqual({ kind: 'today' });
  });
});

describe('money', () => {
  test('keeps the decimals of small prices', () => {
    expect(money({ micros: 3400, currency: 'USD' })).toBe('$0.0034');
    expect(money({ micros: 56_700, currency: 'EUR' })).toBe('€0.0567');
    expect(money({ micros: 0, currency: 'USD' })).toBe('$0.00');
    expect(money({ micros: 1_500_000, currency: 'CHF' })).toBe('CHF 1.50');
    expect(money({ micros: -1_500_000, currency: 'USD' })).toBe('−$1.50');
  });
});

describe('shares', () => {
  test('of nothing are not zero', () => {
    expect(share(0, 0)).toBe('—');
    expect(share(1, 1000)).toBe('<1%');
    expect(share(0, 10)).toBe('0%');
    expect(share(81, 100)).toBe('81%');
  });
});

describe('names and addresses', () => {
  test('numbers are grouped for reading, others stay', () => {
    expect(phone('+12025550123')).toBe('+1 202 555 0123');
    expect(phone('+447700900123')).toBe('+44 7700 900123');
    expect(phone('+351912345678')).toBe('+351912345678');
    expect(addressText({ kind: 'bsuid', value: 'US.1' })).toBe('US.1');
  });
  test('addresses in texts are read back, other texts are not', () => {
    expect(parseAddress('phone:+12025550123')).toEqual({ kind: 'phone', value: '+12025550123' });
    expect(parseAddress('front:desk')).toBeNull();
    expect(parseAddress('nothing')).toBeNull();
  });
  test('numbered contacts keep their number in the initials', () => {
    expect(initials('Contact 017')).toBe('C17');
    expect(initials('+12025550123')).toBe('#');
    expect(initials('Front Desk')).toBe('FD');
  });
});

test('sentences of the server are told in local time', () => {
  expect(sentence('open until 2026-11-24T03:34:42.000Z')).toMatch(/^Open until \d+ Nov 2026, \d\d:\d\d:\d\d$/);
  expect(sentence('')).toBe('');
});
