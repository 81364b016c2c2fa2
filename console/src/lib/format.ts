// Formatters: numbers, money, moments, spans. All take plain values, so that they can be tested without a screen.
import type { AddressKey, Money } from './api/types';

const LOCALE = 'en-GB';
const timeOnly = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const dayShort = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const dayYear = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const dayLong = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long' });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'short' });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'medium' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** Whole calendar days between two moments, by this browser's calendar. */
export function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY);
}

export function clockTime(at: string): string {
  return timeOnly.format(Date.parse(at));
}

export function fullTime(at: string): string {
  return full.format(Date.parse(at));
}

/** For lists: the time today, the weekday this week, then the date. */
export function listTime(at: string, nowMs: number): string {
  const ms = Date.parse(at);
  const days = daysBetween(ms, nowMs);
  if (days === 0) return timeOnly.format(ms);
  if (days > 0 && days < 7) return weekday.format(ms);
  return new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? dayShort.format(ms) : dayYear.format(ms);
}

export type Day = { kind: 'today' | 'yesterday' } | { kind: 'date'; text: string };

/** Which day a separator stands for. */
export function dayOf(at: string, nowMs: number): Day {
  const ms = Date.parse(at);
  const days = daysBetween(ms, nowMs);
  if (days === 0) return { kind: 'today' };
  if (days === 1) return { kind: 'yesterday' };
  return { kind: 'date', text: new Date(ms).getFullYear() === new Date(nowMs).getFullYear() ? dayLong.format(ms) : dayYear.format(ms) };
}

export function sameDay(a: string, b: string): boolean {
  return startOfDay(Date.parse(a)) === startOfDay(Date.parse(b));
}

const MOMENTS = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** A sentence of the server's for people of this place: its moments in their time, its first letter a capital. */
export function sentence(text: string): string {
  const local = text.replace(MOMENTS, (moment) => fullTime(moment));
  return local.charAt(0).toUpperCase() + local.slice(1);
}

/** The two largest units: `2d 4h`, `3h 12m`, `4m 30s`, `12s`. Negative spans are shown without their sign. */
export function span(ms: number): string {
  const abs = Math.abs(ms);
  if (abs >= DAY) return join(Math.floor(abs / DAY), 'd', Math.floor((abs % DAY) / HOUR), 'h');
  if (abs >= HOUR) return join(Math.floor(abs / HOUR), 'h', Math.floor((abs % HOUR) / MINUTE), 'm');
  if (abs >= 10 * MINUTE) return `${Math.floor(abs / MINUTE)}m`;
  if (abs >= MINUTE) return join(Math.floor(abs / MINUTE), 'm', Math.floor((abs % MINUTE) / 1000), 's');
  return `${Math.floor(abs / 1000)}s`;
}

function join(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small > 0 ? `${big}${bigUnit} ${small}${smallUnit}` : `${big}${bigUnit}`;
}

/** `just now`, `4m ago`, `in 3h 12m`. */
export function relative(at: string, nowMs: number): string {
  const ms = Date.parse(at) - nowMs;
  if (Math.abs(ms) < 10_000) return 'just now';
  return ms < 0 ? `${coarse(-ms)} ago` : `in ${coarse(ms)}`;
}

function coarse(ms: number): string {
  if (ms >= DAY) return `${Math.floor(ms / DAY)}d`;
  if (ms >= HOUR) return `${Math.floor(ms / HOUR)}h`;
  if (ms >= MINUTE) return `${Math.floor(ms / MINUTE)}m`;
  return `${Math.floor(ms / 1000)}s`;
}

const symbols: Record<string, string> = { EUR: '€', USD: '$', GBP: '£', BRL: 'R$', INR: '₹' };

/** Prices of messages go to five decimals: `€0.0567`, `$0.00`; at least two are shown. */
export function money({ micros, currency }: Money): string {
  let decimals = (Math.abs(micros) % 1_000_000).toString().padStart(6, '0');
  while (decimals.length > 2 && decimals.endsWith('0')) decimals = decimals.slice(0, -1);
  const whole = Math.floor(Math.abs(micros) / 1_000_000).toLocaleString('en');
  const symbol = symbols[currency] ?? `${currency} `;
  return `${micros < 0 ? '−' : ''}${symbol}${whole}.${decimals}`;
}

export function count(n: number): string {
  return n.toLocaleString('en');
}

/** `62%`; an em dash when there is nothing to divide by, because 0% of nothing is not a result. */
export function share(part: number, whole: number): string {
  if (whole <= 0) return '—';
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}

/** Groups the digits of an E.164 number for reading. Anything else stays as it is. */
export function phone(value: string): string {
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(value);
  if (us) return `+1 ${us[1]} ${us[2]} ${us[3]}`;
  const gb = /^\+44(\d{4})(\d{6})$/.exec(value);
  if (gb) return `+44 ${gb[1]} ${gb[2]}`;
  return value;
}

export function addressText(key: AddressKey): string {
  return key.kind === 'phone' ? phone(key.value) : key.value;
}

/** `phone:+1555…` as the API writes it in texts. */
export function parseAddress(text: string): AddressKey | null {
  const at = text.indexOf(':');
  const kind = text.slice(0, at);
  if (at < 0 || !['phone', 'bsuid', 'email', 'external'].includes(kind)) return null;
  return { kind: kind as AddressKey['kind'], value: text.slice(at + 1) };
}

/** Two letters for a name; numbered names keep the end of their number. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  if (/^[+\d]/.test(first)) return '#';
  return ((first[0] ?? '') + (/^\d/.test(last) ? last.slice(-2) : (last[0] ?? ''))).toUpperCase();
}
