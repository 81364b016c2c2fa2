import type { Estimate } from '@/lib/api/types';

const basic = /^[\x20-\x7e\n€£¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§¿¡äöñüà]*$/;
const plainly: Record<string, string> = { '’': "'", '‘': "'", '“': '"', '”': '"', '–': '-', '—': '-', '…': '...' };

function size(body: string) {
  const wide = [...new Set([...body].filter((letter) => !basic.test(letter)))];
  const [single, part] = wide.length > 0 ? [70, 67] : [160, 153];
  const parts = body.length <= single ? 1 : Math.ceil(body.length / part);
  return { alphabet: wide.length > 0 ? 'ucs2' : 'gsm7', units: body.length, parts, room: (parts === 1 ? single : parts * part) - body.length, wide };
}

const price = (parts: number) => ({ amount: { micros: 8300 * parts, currency: 'USD' }, category: `sms:${parts}_segments`, rate: 'USD 2026-07' });

/** The server counts exactly; this is near enough to look at. */
export function estimate({ content }: { content?: { body?: string } }): Estimate {
  const text = content?.body ?? '';
  const measured = size(text);
  const body = text.replace(/[’‘“”–—…]/g, (letter) => plainly[letter] ?? letter);
  const { parts } = size(body);
  return { price: price(measured.parts), text: { ...measured, plain: parts < measured.parts ? { body, parts, price: price(parts) } : null }, reason: null };
}
