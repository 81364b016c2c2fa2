// Reads what came as the channel wrote it (cards and orders of WhatsApp's webhooks). A missing or odd member is left out and never breaks the thread.
import type { ContactCard } from '@/lib/api/types';
import { money } from '@/lib/format';

type Members = Record<string, unknown>;

export interface Order {
  items: { product: string; quantity: number; price: string | null }[];
  text: string | null;
}

const members = (value: unknown): Members => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {});
const list = (value: unknown): Members[] => (Array.isArray(value) ? value.map(members) : []);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const texts = (value: unknown, name: string): string[] => list(value).flatMap((one) => text(one[name]) ?? []);

/** The people of `contacts`; empty when these are no cards. */
export function cardsOf(data: unknown): ContactCard[] {
  return list(data).flatMap((card) => {
    const name = members(card.name);
    const org = members(card.org);
    const phones = texts(card.phones, 'phone');
    const shown = text(name.formatted_name) ?? text(name.first_name) ?? phones[0];
    if (!shown) return [];
    return [{ name: shown, organisation: text(org.company), title: text(org.title), phones, emails: texts(card.emails, 'email'), links: texts(card.urls, 'url') }];
  });
}

/** The lines of an order; null when there are none to show. */
export function orderOf(data: unknown): Order | null {
  const order = members(data);
  const items = list(order.product_items).flatMap((item) => {
    const product = text(item.product_retailer_id);
    const currency = text(item.currency);
    if (!product) return [];
    return [
      {
        product,
        quantity: typeof item.quantity === 'number' ? item.quantity : 1,
        price: typeof item.item_price === 'number' && currency ? money({ micros: Math.round(item.item_price * 1e6), currency }) : null,
      },
    ];
  });
  return items.length > 0 ? { items, text: text(order.text) } : null;
}
