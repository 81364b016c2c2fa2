// An edited text put back into its template: everything that the editor does not show stays as it is.
import type { Template, TemplateDraft } from '@/lib/api/types';
import { pieces } from '@/lib/template';

type Purpose = Template['purpose'];
type Text = Template['languages'][string];

export interface TemplateWords {
  name: string;
  purpose: Purpose;
  language: string;
  header: string;
  body: string;
  footer: string;
  /** Example values by variable, which reviewers see. */
  samples: Record<string, string>;
}

/** The letters that the channel's reviewers take at most. */
export const templateLimits = { header: 60, body: 1024, footer: 60 } as const;

export function wordsOf(template: Template | null, language: string): TemplateWords {
  const text = template?.languages[language];
  return {
    name: template?.name ?? '',
    purpose: template?.purpose ?? 'transactional',
    language,
    header: text?.header ?? '',
    body: text?.body ?? '',
    footer: text?.footer ?? '',
    samples: Object.fromEntries((template?.variables ?? []).map((variable) => [variable.name, variable.sample])),
  };
}

/** The variables of the words, in the order of their first place. */
export function variablesIn(words: TemplateWords): string[] {
  const found = [words.header, words.body, words.footer].flatMap((text) => pieces(text, {}).flatMap((piece) => piece.slot ?? []));
  return [...new Set(found)];
}

export type WordsFault = 'name' | 'language' | 'body' | 'sample';

/** The first thing that is missing or cannot be; null when it can be saved. */
export function wordsFault(words: TemplateWords): WordsFault | null {
  if (!/^[a-z0-9_]{1,512}$/.test(words.name)) return 'name';
  if (!/^[a-z]{2,3}([-_][A-Za-z0-9]+)*$/.test(words.language)) return 'language';
  if (words.body.trim() === '') return 'body';
  return variablesIn(words).some((name) => (words.samples[name] ?? '').trim() === '') ? 'sample' : null;
}

export function draftOf(template: Template | null, words: TemplateWords): TemplateDraft {
  const known = template?.variables ?? [];
  const names = new Set(known.map((variable) => variable.name));
  const added = variablesIn(words).filter((name) => !names.has(name));
  const before: Partial<Text> = template?.languages[words.language] ?? {};
  const languages = Object.fromEntries(Object.entries(template?.languages ?? {}).map(([language, text]) => [language, authored(text)]));
  languages[words.language] = { ...authored(before), header: before.header_part ? null : words.header.trim() || null, body: words.body.trim(), footer: words.footer.trim() || null };
  return {
    name: words.name,
    purpose: words.purpose,
    default_language: template?.default_language ?? words.language,
    variables: [...known.map((variable) => ({ ...variable, sample: words.samples[variable.name]?.trim() || variable.sample })), ...added.map((name) => ({ name, sample: (words.samples[name] ?? '').trim() }))],
    languages: languages as TemplateDraft['languages'],
  };
}

/** Without what only the server sets. */
function authored(text: Partial<Text>): Partial<Text> {
  const { approval: _approval, author: _author, endorsed: _endorsed, not_sendable: _not, ...rest } = text;
  return rest;
}
