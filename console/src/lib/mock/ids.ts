const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ids of the real shape, the same in each run: a prefix and 26 letters that end in the number. */
export function id(prefix: string, n: number): string {
  let text = '';
  let rest = n + 1;
  for (let i = 0; i < 6; i++) {
    text = (ALPHABET[rest % 32] ?? '0') + text;
    rest = Math.floor(rest / 32);
  }
  return `${prefix}_01kan9q4tz7c8d2f5w0h${text}`;
}

export const workspace = id('ws', 1);

let next = 5000;
export function freshId(prefix: string): string {
  return id(prefix, next++);
}

/** 64 hex digits that look like a hash. */
export function hash(n: number): string {
  let state = (n * 2654435761) >>> 0;
  let text = '';
  while (text.length < 64) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    text += state.toString(16).padStart(8, '0');
  }
  return text.slice(0, 64);
}

const start = Date.now();
/** A moment so many minutes from the start of the mock; negative is past. */
export function at(minutes: number): string {
  return new Date(start + minutes * 60_000).toISOString();
}
