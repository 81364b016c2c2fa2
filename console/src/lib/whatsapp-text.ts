// WhatsApp's inline marks: *bold*, _italic_, ~struck~, ```code```. Used for bubbles and for the phones of the demo.
export type Mark = 'bold' | 'italic' | 'strike' | 'code';
export interface Run {
  text: string;
  marks: Mark[];
}

const MARKS: [string, Mark][] = [
  ['```', 'code'],
  ['*', 'bold'],
  ['_', 'italic'],
  ['~', 'strike'],
];

/** Splits a text into runs with their marks. A mark counts only around a text that neither begins nor ends with a space. */
export function runs(text: string, outer: Mark[] = []): Run[] {
  for (let at = 0; at < text.length; at++) {
    for (const [sign, mark] of MARKS) {
      if (outer.includes(mark) || !text.startsWith(sign, at) || !boundary(text[at - 1])) continue;
      const close = closing(text, sign, at + sign.length);
      if (close < 0) continue;
      const inside = text.slice(at + sign.length, close);
      const before: Run[] = at > 0 ? [{ text: text.slice(0, at), marks: outer }] : [];
      const middle: Run[] = mark === 'code' ? [{ text: inside, marks: [...outer, mark] }] : runs(inside, [...outer, mark]);
      const rest = text.slice(close + sign.length);
      return [...before, ...middle, ...(rest ? runs(rest, outer) : [])];
    }
  }
  return text ? [{ text, marks: outer }] : [];
}

function boundary(char: string | undefined): boolean {
  return char === undefined || !/[\p{L}\p{N}]/u.test(char);
}

function closing(text: string, sign: string, from: number): number {
  if (text[from] === undefined || /\s/.test(text[from] ?? '')) return -1;
  for (let at = text.indexOf(sign, from + 1); at >= 0; at = text.indexOf(sign, at + 1)) {
    const inner = text[at - 1] ?? ' ';
    if (!/\s/.test(inner) && boundary(text[at + sign.length]) && !(sign !== '```' && text.slice(from, at).includes('\n'))) return at;
  }
  return -1;
}
