// Where a template's variables stand, and what may stand there: the composer's labels, controls and rules all come from this.
import type { MediaKind, Purpose, TemplateButton, TemplateHeaderPart, TemplateText, TemplateVariable } from './api/types';
import { faultOf, pieces } from './template';

export type PlaceKind =
  | 'words'
  | 'media'
  | 'filename'
  | 'latitude'
  | 'longitude'
  | 'place_name'
  | 'place_address'
  | 'catalogue'
  | 'product'
  | 'products'
  | 'moment'
  | 'suffix'
  | 'coupon'
  | 'code'
  | 'token';

export interface Place {
  kind: PlaceKind;
  part: 'header' | 'body' | 'offer' | 'button' | 'card';
  /** The title of the button, or the number of the card, from 1. */
  of?: string;
  media?: MediaKind;
  /** What stands before the end of a link. */
  stem?: string;
}

export interface Slot {
  variable: TemplateVariable;
  /** In the order in which the person sees them; never empty. */
  places: [Place, ...Place[]];
}

export interface SlotGroup {
  key: string;
  part: Place['part'];
  of?: string;
  slots: Slot[];
}

/** Codes that buttons copy, and one-time codes, in letters. */
const CODE_MAX = 15;
/** Behind one button. */
const PRODUCTS_MAX = 30;

/** The names inside `{{…}}`, each once, in the order of their first use. */
export function namesIn(source: string | null | undefined): string[] {
  return [...new Set(pieces(source ?? '', {}).flatMap((piece) => piece.slot ?? []))];
}

/** The variables of one language, each with its places, in the order in which the person sees them. */
export function placesIn(text: TemplateText, purpose: Purpose): Map<string, Place[]> {
  const found = new Map<string, Place[]>();
  const add = (source: string | null | undefined, place: Place): void => {
    for (const name of namesIn(source)) found.set(name, [...(found.get(name) ?? []), place]);
  };
  const header = (part: TemplateHeaderPart | null | undefined, at: Pick<Place, 'part' | 'of'>): void => {
    if (part?.kind === 'media') {
      add(part.source, { ...at, kind: 'media', media: part.media });
      add(part.filename, { ...at, kind: 'filename' });
    } else if (part?.kind === 'location') {
      add(part.latitude, { ...at, kind: 'latitude' });
      add(part.longitude, { ...at, kind: 'longitude' });
      add(part.name, { ...at, kind: 'place_name' });
      add(part.address, { ...at, kind: 'place_address' });
    } else if (part?.kind === 'product') {
      add(part.catalogue, { ...at, kind: 'catalogue' });
      add(part.product, { ...at, kind: 'product' });
    }
  };
  const button = (one: TemplateButton, at: Pick<Place, 'part' | 'of'>): void => {
    if (one.kind === 'url') add(one.url, { ...at, kind: 'suffix', stem: one.url.split('{{')[0] });
    else if (one.kind === 'copy_code') add(one.code, { ...at, kind: 'coupon' });
    else if (one.kind === 'form') add(one.token, { ...at, kind: 'token' });
    else if (one.kind === 'catalogue') add(one.thumbnail, { ...at, kind: 'product' });
    else if (one.kind === 'products') {
      add(one.thumbnail, { ...at, kind: 'product' });
      for (const group of one.groups) add(group.products, { ...at, kind: 'products' });
    }
  };
  add(text.header, { part: 'header', kind: 'words' });
  header(text.header_part, { part: 'header' });
  add(text.body, { part: 'body', kind: purpose === 'authentication' ? 'code' : 'words' });
  add(text.offer?.ends_at, { part: 'offer', kind: 'moment' });
  for (const one of text.buttons ?? []) button(one, { part: 'button', of: one.title });
  for (const [index, card] of (text.cards ?? []).entries()) {
    const at = { part: 'card', of: String(index + 1) } as const;
    header(card.header_part, at);
    add(card.body, { ...at, kind: 'words' });
    for (const one of card.buttons ?? []) button(one, at);
  }
  return found;
}

/** What has to be filled, part by part. A variable of several places is asked for once, at the first of them. */
export function groupsOf(text: TemplateText, purpose: Purpose, variables: TemplateVariable[]): SlotGroup[] {
  const groups: SlotGroup[] = [];
  for (const [name, places] of placesIn(text, purpose)) {
    const variable = variables.find((one) => one.name === name);
    const [first, ...rest] = places;
    if (!variable || !first) continue;
    const key = `${first.part}/${first.of ?? ''}`;
    let group = groups.find((one) => one.key === key);
    if (!group) groups.push((group = { key, part: first.part, of: first.of, slots: [] }));
    group.slots.push({ variable, places: [first, ...rest] });
  }
  return groups;
}

export type SlotFault =
  | { code: 'missing' | 'line_break' | 'not_media' | 'not_latitude' | 'not_longitude' | 'not_a_moment' | 'over' | 'spaces' | 'products' }
  | { code: 'too_long'; max: number }
  | { code: 'whole_link'; stem: string };

const within = (text: string, most: number): boolean => Number.isFinite(Number(text)) && Math.abs(Number(text)) <= most;

function placeFault(place: Place, value: string, nowMs: number): SlotFault | null {
  switch (place.kind) {
    case 'media':
      return /^https:\/\/\S+\.\S+$/.test(value) || /^med_[0-9a-z]{26}$/.test(value) ? null : { code: 'not_media' };
    case 'latitude':
      return within(value, 90) ? null : { code: 'not_latitude' };
    case 'longitude':
      return within(value, 180) ? null : { code: 'not_longitude' };
    case 'moment': {
      const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
      if (Number.isNaN(at)) return { code: 'not_a_moment' };
      return at > nowMs ? null : { code: 'over' };
    }
    case 'suffix':
      if (value.includes('://')) return { code: 'whole_link', stem: place.stem ?? '' };
      return /\s/.test(value) ? { code: 'spaces' } : null;
    case 'coupon':
    case 'code':
      return [...value].length > CODE_MAX ? { code: 'too_long', max: CODE_MAX } : null;
    case 'products': {
      const count = value.split(',').filter((one) => one.trim() !== '').length;
      return count >= 1 && count <= PRODUCTS_MAX ? null : { code: 'products' };
    }
    default:
      return null;
  }
}

/** Why a value cannot stand in its places: the same checks as the server's, made while one types. */
export function slotFault({ variable, places }: Slot, value: string, nowMs: number): SlotFault | null {
  const general = faultOf(variable, value);
  if (general === 'too_long') return { code: 'too_long', max: variable.max_length ?? 0 };
  if (general) return { code: general };
  for (const place of places) {
    const fault = placeFault(place, value.trim(), nowMs);
    if (fault) return fault;
  }
  return null;
}

/** A moment as a browser's control for days and times wants it, by the clock of this machine. */
export function toLocal(moment: string): string {
  const at = new Date(moment);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** And back, in UTC. */
export function fromLocal(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().replace('.000Z', 'Z');
}
