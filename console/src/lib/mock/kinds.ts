// One thread with every kind of content, so that each is looked at in every size and theme.
import type { Content, InboundContent, Message, ThreadItem } from '../api/types';

type Item = ThreadItem & { type: 'message' };

interface Makers {
  said: (minutes: number, received: InboundContent | null, more?: Partial<Message>) => Item;
  sent: (minutes: number, content: Content, more?: Partial<Message>) => Item;
}

/** The mock keeps no objects; the console's own sign stands for every picture. */
const picture = '../../favicon.svg';

export function everyKind({ said, sent }: Makers): ThreadItem[] {
  let minutes = -44;
  const next = (): number => (minutes += 1);
  const question = said(next(), { type: 'text', body: 'Where exactly are you, and who will see me on Thursday morning?' }, { edited_at: new Date().toISOString() });
  const place = sent(next(), { type: 'location', latitude: 40.71277, longitude: -74.00597, name: 'Demo clinic', address: '12 Harbour Street' }, { in_reply_to: question.message.id });
  place.quoted = { id: question.message.id, direction: 'in', summary: 'Where exactly are you, and who will see me on Thursday morning?' };
  const heart = said(next(), { type: 'reaction', to: place.message.id, emoji: '👍' });
  heart.quoted = { id: place.message.id, direction: 'out', summary: 'Demo clinic' };
  return [
    question,
    place,
    heart,
    sent(next(), { type: 'contacts', people: [{ name: 'Front desk', organisation: 'Demo clinic', phones: ['+12025550100'], emails: ['desk@example.com'] }] }),
    sent(next(), { type: 'buttons', header: 'Thursday', body: 'Does 10:15 suit you?', buttons: [{ id: 'yes', title: 'Yes' }, { id: 'no', title: 'Another time' }] }),
    sent(next(), { type: 'list', body: 'These are free as well.', button: 'See times', sections: [{ title: 'Thursday', rows: [{ id: 't11', title: '11:00', description: 'Room 2' }] }] }),
    sent(next(), { type: 'link', body: 'Please fill this in before you come.', label: 'Open the form', url: 'https://example.com/forms/before-your-visit' }),
    sent(next(), { type: 'form', body: 'Or do it here.', label: 'Fill in', form: '1178422' }),
    said(next(), { type: 'form', name: 'Before your visit', data: { first_visit: true, reason_for_visit: 'Check-up', flow_token: 'hidden' } }),
    sent(next(), { type: 'cards', body: 'Two of us have time.', cards: [{ title: 'Room 1', body: 'Mornings', buttons: [{ id: 'r1', title: 'Book' }] }, { title: 'Room 2', body: 'Afternoons', buttons: [{ id: 'r2', title: 'Book', action: { kind: 'open_url', url: 'https://example.com/book' } }] }] }),
    sent(next(), { type: 'products', header: 'For home', body: 'What we spoke of', catalogue: '4410', sections: [{ title: 'Care', products: ['toothbrush-soft', 'mouthwash-mint'] }] }),
    said(next(), { type: 'structured', kind: 'order', data: { catalog_id: '4410', text: 'I collect it', product_items: [{ product_retailer_id: 'toothbrush-soft', quantity: 2, item_price: 4.5, currency: 'USD' }] } }),
    sent(next(), { type: 'catalogue', body: 'All that we have' }),
    sent(next(), { type: 'request', body: 'Where shall we send it?', wanted: { kind: 'address', country: 'US' } }),
    sent(next(), { type: 'media', kind: 'document', source: { link: 'https://example.com/how-to-find-us.pdf' }, filename: 'how-to-find-us.pdf', caption: 'The way from the station' }),
    said(next(), { type: 'media', kind: 'image', mime: 'image/svg+xml', provider_ref: '1', caption: 'Is it this door?', stored: picture }),
    said(next(), { type: 'media', kind: 'sticker', mime: 'image/webp', provider_ref: '2', stored: picture }),
    said(next(), { type: 'structured', kind: 'contacts', data: [{ name: { formatted_name: 'My neighbour' }, phones: [{ phone: '+12025550123' }] }] }),
    said(next(), { type: 'unsupported', kind: 'poll_creation', raw: { type: 'unsupported', errors: [{ code: 131051 }] } }),
    said(next(), null, { revoked_at: new Date().toISOString() }),
  ];
}
