// Filling `{{name}}` in a template's text, for the preview while an agent types. The server renders what is really sent.
import type { TemplateVariable } from './api/types';

const SLOT = /\{\{\s*([\w.]+)\s*\}\}/g;

export interface Piece {
  text: string;
  /** The variable this piece stands for; absent for fixed text. */
  slot?: string;
  missing?: boolean;
}

/** Cuts a text into fixed pieces and filled slots, so that a preview can mark what is still missing. */
export function pieces(text: string, values: Record<string, string>): Piece[] {
  const out: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(SLOT)) {
    const name = match[1] ?? '';
    if (match.index > end) out.push({ text: text.slice(end, match.index) });
    const value = values[name];
    out.push(value ? { text: value, slot: name } : { text: name, slot: name, missing: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) out.push({ text: text.slice(end) });
  return out;
}

/** What a variable starts with: the known value, else its fallback, else nothing. */
export function initialValues(variables: TemplateVariable[]): Record<string, string> {
  return Object.fromEntries(variables.map((v) => [v.name, v.value ?? v.fallback ?? '']));
}

export type Fault = 'missing' | 'too_long' | 'line_break';

/** Why a value cannot be used; the same checks as the server's, made early. */
export function faultOf(variable: TemplateVariable, value: string): Fault | null {
  if (!value.trim()) return 'missing';
  if (variable.max_length && [...value].length > variable.max_length) return 'too_long';
  // The provider refuses parameters with line breaks, tabs or more than four spaces in a row.
  if (/[\n\t]| {5,}/.test(value)) return 'line_break';
  return null;
}
