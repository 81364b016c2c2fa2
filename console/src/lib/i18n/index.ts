// Strings. English is the source; a further language is one more object of the same type, checked by the compiler.
import { broadcasts } from './en/broadcasts';
import { common } from './en/common';
import { contacts } from './en/contacts';
import { decisions } from './en/decisions';
import { health } from './en/health';
import { inbox } from './en/inbox';
import { journeys } from './en/journeys';
import { phones } from './en/phones';
import { senderFields } from './en/sender-fields';
import { settings } from './en/settings';
import { templates } from './en/templates';

const en = { ...common, ...inbox, ...journeys, ...broadcasts, ...contacts, ...decisions, ...phones, ...settings, ...senderFields, ...templates, ...health } as const;

type Dictionary = typeof en;
export type Key = keyof Dictionary;
type Slots<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;
type Args<K extends Key> = [Slots<Dictionary[K]>] extends [never] ? [] : [Record<Slots<Dictionary[K]>, string | number>];
type Plural = { [K in Key]: K extends `${infer Base}_one` ? Base : never }[Key];

const dictionary: Record<string, string> = en;

function fill(text: string, values?: Record<string, string | number>): string {
  return values ? text.replace(/\{(\w+)\}/g, (slot, name: string) => String(values[name] ?? slot)) : text;
}

/** The text of a key, with its slots filled. */
export function t<K extends Key>(key: K, ...args: Args<K>): string {
  return fill(dictionary[key] ?? key, args[0] as Record<string, string | number> | undefined);
}

const rules = new Intl.PluralRules('en');

/** A text that depends on a number: `key_one`, `key_other`, with `{n}` as the number. */
export function tn<K extends Plural>(key: K, n: number, values?: Record<string, string | number>): string {
  const form = `${key}_${rules.select(n)}`;
  return fill(dictionary[form] ?? dictionary[`${key}_other`] ?? key, { n: n.toLocaleString('en'), ...values });
}

/** The text for a value that the server may extend: known ones are translated, unknown ones are made readable. */
export function label(prefix: string, value: string | null | undefined): string {
  if (!value) return '';
  return dictionary[`${prefix}.${value}`] ?? humanize(value);
}

const spelled: Record<string, string> = { sms: 'SMS', whatsapp: 'WhatsApp', rcs: 'RCS', id: 'ID', ip: 'IP', api: 'API', url: 'URL' };

/** The text of a key that need not be there. */
export function maybe(key: string): string | undefined {
  return dictionary[key];
}

/** `front_desk` → `Front desk`, `by_sms` → `By SMS`. */
export function humanize(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').trim().replace(/\b(sms|whatsapp|rcs|id|ip|api|url)\b/gi, (word) => spelled[word.toLowerCase()] ?? word);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
