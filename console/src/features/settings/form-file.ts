// A form's file: its name, what each page asks, and the pages as WhatsApp shows them.
import type { FormDraft } from '@/lib/api/types';

export type ReadForm = { draft: FormDraft } | { fault: 'not_json' | 'no_name' | 'no_pages' | 'no_layout' };

/** Reads what can be told here; the server and the provider check the rest and say where it is wrong. */
export function readForm(source: string): ReadForm {
  let file: unknown;
  try {
    file = JSON.parse(source);
  } catch {
    return { fault: 'not_json' };
  }
  if (typeof file !== 'object' || file === null || Array.isArray(file)) return { fault: 'not_json' };
  const { name, pages, flow } = file as Record<string, unknown>;
  if (typeof name !== 'string' || name.trim() === '') return { fault: 'no_name' };
  if (!Array.isArray(pages) || pages.length === 0) return { fault: 'no_pages' };
  if (typeof flow !== 'object' || flow === null || Array.isArray(flow)) return { fault: 'no_layout' };
  return { draft: { name, pages, flow } as FormDraft };
}
