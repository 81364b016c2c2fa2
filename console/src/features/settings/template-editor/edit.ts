// A template under the pen: all its languages at once, and its variables as they are used. What only the server sets is left out of what is sent.
import type { Purpose, Template, TemplateButton, TemplateCardText, TemplateDraft, TemplateHeaderPart, TemplateText } from '@/lib/api/types';
import { placesIn } from '@/lib/template-places';

export type Variable = NonNullable<TemplateDraft['variables']>[number];
export type ButtonKind = TemplateButton['kind'];
export type HeaderKind = 'none' | 'text' | 'image' | 'video' | 'document' | 'location' | 'product';

export interface TemplateEdit {
  name: string;
  purpose: Purpose;
  defaultLanguage: string;
  languages: Record<string, TemplateText>;
  /** Also of variables that are not used at the moment: a name that comes back finds its sample. */
  variables: Record<string, Variable>;
}

const blankText: TemplateText = { body: '' };

/** Without what only the server sets. */
function authored(text: TemplateText): TemplateText {
  const { approval: _approval, author: _author, endorsed: _endorsed, not_sendable: _not, ...rest } = text;
  return rest;
}

export function editOf(template: Template | null): TemplateEdit {
  return {
    name: template?.name ?? '',
    purpose: template?.purpose ?? 'transactional',
    defaultLanguage: template?.default_language ?? 'en',
    languages: template ? Object.fromEntries(Object.entries(template.languages).map(([tag, text]) => [tag, authored(text)])) : { en: blankText },
    variables: Object.fromEntries((template?.variables ?? []).map((variable) => [variable.name, variable])),
  };
}

/** The variables of all languages, in the order of their first place. */
export function usedVariables(edit: TemplateEdit): string[] {
  const tags = [edit.defaultLanguage, ...Object.keys(edit.languages)];
  const names = tags.flatMap((tag) => {
    const text = edit.languages[tag];
    return text ? [...placesIn(text, edit.purpose).keys()] : [];
  });
  return [...new Set(names)];
}

const given = (text: string | null | undefined): string | null => text?.trim() || null;

export function draftOf(edit: TemplateEdit): TemplateDraft {
  return {
    name: edit.name.trim(),
    purpose: edit.purpose,
    default_language: edit.defaultLanguage,
    variables: usedVariables(edit).map((name) => {
      const known = edit.variables[name];
      return { ...known, name, sample: known?.sample.trim() ?? '', fallback: given(known?.fallback) };
    }),
    languages: Object.fromEntries(Object.entries(edit.languages).map(([tag, text]) => [tag, clean(text, edit.purpose)])),
  };
}

/** What the channel takes for this purpose: a one-time code has nothing but its words, its terms and its button; an offer has no footer. */
function clean(text: TemplateText, purpose: Purpose): TemplateText {
  const body = text.body.trim();
  if (purpose === 'authentication') return { body, code: text.code ?? { advice: true }, buttons: text.buttons ?? [] };
  return {
    ...text,
    header: text.header_part ? null : given(text.header),
    body,
    footer: text.offer ? null : given(text.footer),
    offer: text.offer ? { text: text.offer.text.trim(), ends_at: given(text.offer.ends_at) } : null,
    code: null,
    buttons: (text.buttons ?? []).map(named),
    cards: (text.cards ?? []).map((card) => ({ ...card, buttons: (card.buttons ?? []).map(named) })),
  };
}

/** What comes back when an answer is tapped must be something; its words will do. */
function named(button: TemplateButton): TemplateButton {
  if (button.kind !== 'quick_reply' || button.id.trim() !== '') return button;
  const id = button.title.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_|_$/g, '');
  return { ...button, id: id || 'answer' };
}

/** Another purpose has other parts; what no longer fits is replaced, what fits stays. */
export function withPurpose(edit: TemplateEdit, purpose: Purpose): TemplateEdit {
  const languages = Object.fromEntries(
    Object.entries(edit.languages).map(([tag, text]) => {
      const buttons = (text.buttons ?? []).filter((button) => (button.kind === 'one_time_code') === (purpose === 'authentication'));
      if (purpose !== 'authentication') return [tag, { ...text, buttons, offer: purpose === 'promotional' ? text.offer : null }];
      const first = buttons.length > 0 ? buttons : [blankButton('one_time_code')];
      return [tag, { ...text, body: text.body.trim() === '' ? '{{code}} is your code.' : text.body, buttons: first }];
    }),
  );
  return { ...edit, purpose, languages };
}

/** A new language begins as the present one: the same parts, to be translated. */
export function withLanguage(edit: TemplateEdit, tag: string, from: string): TemplateEdit {
  return { ...edit, languages: { ...edit.languages, [tag]: structuredClone(edit.languages[from] ?? blankText) } };
}

export function withoutLanguage(edit: TemplateEdit, tag: string): TemplateEdit {
  const { [tag]: _gone, ...languages } = edit.languages;
  const defaultLanguage = edit.defaultLanguage === tag ? (Object.keys(languages)[0] ?? 'en') : edit.defaultLanguage;
  return { ...edit, defaultLanguage, languages };
}

export function headerKindOf(text: Pick<TemplateText, 'header' | 'header_part'>): HeaderKind {
  const part = text.header_part;
  if (part?.kind === 'media') return part.media === 'video' || part.media === 'document' ? part.media : 'image';
  if (part) return part.kind;
  return text.header == null ? 'none' : 'text';
}

/** A header of another kind. `prefix` keeps the variables of cards apart. */
export function headerPart(kind: HeaderKind, prefix = ''): TemplateHeaderPart | null {
  switch (kind) {
    case 'image':
    case 'video':
    case 'document':
      return { kind: 'media', media: kind, source: `{{${prefix || 'header_'}${kind}}}` };
    case 'location':
      return { kind: 'location', latitude: `{{${prefix}latitude}}`, longitude: `{{${prefix}longitude}}`, name: `{{${prefix}place}}`, address: `{{${prefix}address}}` };
    case 'product':
      return { kind: 'product', catalogue: `{{${prefix}catalogue}}`, product: `{{${prefix}product}}` };
    default:
      return null;
  }
}

export function blankButton(kind: ButtonKind, prefix = ''): TemplateButton {
  switch (kind) {
    case 'quick_reply':
      return { kind, id: '', title: '' };
    case 'url':
      return { kind, title: '', url: 'https://' };
    case 'call':
      return { kind, title: '', phone: '+' };
    case 'copy_code':
      return { kind, title: 'Copy code', code: `{{${prefix}coupon}}` };
    case 'form':
      return { kind, title: '', form: '' };
    case 'one_time_code':
      return { kind, title: 'Copy code', delivery: 'copy' };
    case 'catalogue':
      return { kind, title: 'View catalogue', thumbnail: `{{${prefix}product}}` };
    case 'products':
      return { kind, title: 'View items', thumbnail: `{{${prefix}product}}`, groups: [{ title: null, products: `{{${prefix}products}}` }] };
    case 'voice_call':
      return { kind, title: 'Call us' };
    case 'other':
      return { kind, title: '', provider_kind: '', raw: {} };
  }
}

/** All cards have the same parts, so a new one is like the first. */
export function nextCard(cards: TemplateCardText[]): TemplateCardText {
  const prefix = `card_${cards.length + 1}_`;
  const first = cards[0];
  if (!first) return { header_part: headerPart('image', prefix), body: '', buttons: [blankButton('quick_reply', prefix)] };
  return {
    header_part: first.header_part ? headerPart(headerKindOf(first), prefix) : null,
    body: first.body == null ? null : '',
    buttons: (first.buttons ?? []).map((button) => ({ ...blankButton(button.kind, prefix), title: button.title })),
  };
}
