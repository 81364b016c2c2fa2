// Approved templates that the composer offers: words only, and one of each further part.
import { pieces } from '../template';
import type { ComposerTemplate, Content, Reply, TemplateText, TemplateVariable } from '../api/types';
import { id } from './ids';

const known: Record<string, Partial<TemplateVariable>> = {
  first_name: { fallback: 'there', max_length: 40, value: 'Contact' },
  time: { sample: '9:30', max_length: 20 },
};

function template(tag: number, name: string, text: TemplateText, variables: string[], purpose: ComposerTemplate['purpose'] = 'service'): ComposerTemplate {
  return {
    id: id('tpl', tag),
    name,
    language: 'en',
    purpose,
    text,
    preview: { body: text.body },
    price: { amount: { micros: purpose === 'promotional' ? 25_000 : 3400, currency: 'USD' }, category: purpose === 'promotional' ? 'marketing' : 'utility', rate: 'USD 2026-07' },
    variables: variables.map((variable) => ({ name: variable, kind: 'text', sample: 'Contact', fallback: null, max_length: null, value: null, ...known[variable] })),
  };
}

const room = (n: number, title: string) => ({
  header_part: { kind: 'media' as const, media: 'image' as const, source: `{{card_${n}_image}}` },
  body: `${title} is free on {{card_${n}_1}}.`,
  buttons: [
    { kind: 'quick_reply' as const, id: `room_${n}`, title: 'Take it' },
    { kind: 'url' as const, title: 'Look around', url: `https://example.com/rooms/{{card_${n}_button_2}}` },
  ],
});

export const composerTemplates: ComposerTemplate[] = [
  template(2, 'question_answered', { body: 'Hello {{first_name}}, we have an answer to your question about your appointment at {{time}}. Reply here and we will help.', footer: 'Demo clinic' }, ['first_name', 'time']),
  template(
    1,
    'appointment_reminder',
    { body: 'Hello {{first_name}}, your appointment is tomorrow at {{time}}.', footer: 'Demo clinic', buttons: ['Confirm', 'Reschedule'].map((title) => ({ kind: 'quick_reply', id: title.toLowerCase(), title })) },
    ['first_name', 'time'],
  ),
  template(
    3,
    'how_to_find_us',
    { header_part: { kind: 'location', latitude: '{{latitude}}', longitude: '{{longitude}}', name: '{{place}}', address: '{{address}}' }, body: 'This is where we are, {{first_name}}.', buttons: [{ kind: 'call', title: 'Call us', phone: '+12025550100' }, { kind: 'form', title: 'Fill in the form', form: '1178422', token: '{{token}}' }] },
    ['latitude', 'longitude', 'place', 'address', 'first_name', 'token'],
  ),
  template(4, 'two_rooms', { body: 'Two rooms are free this week, {{first_name}}.', cards: [room(1, 'Room 1'), room(2, 'Room 2')] }, ['first_name', 'card_1_image', 'card_1_1', 'card_1_button_2', 'card_2_image', 'card_2_1', 'card_2_button_2']),
  template(5, 'sign_in_code', { body: '{{code}} is your code.', code: { advice: true, expires_minutes: 10 }, buttons: [{ kind: 'one_time_code', title: 'Copy code', delivery: 'copy' }] }, ['code'], 'authentication'),
  template(
    6,
    'autumn_offer',
    {
      header_part: { kind: 'media', media: 'image', source: '{{picture}}' },
      body: 'Hello {{first_name}}, your yearly check-up includes the X-ray this week.',
      offer: { text: 'Ends soon', ends_at: '{{ends_at}}' },
      buttons: [
        { kind: 'copy_code', title: 'Copy code', code: '{{coupon}}' },
        { kind: 'url', title: 'Book now', url: 'https://example.com/book/{{slot}}' },
      ],
    },
    ['picture', 'first_name', 'ends_at', 'coupon', 'slot'],
    'promotional',
  ),
];

/** What the server makes of a template that was filled. */
export function calledTemplate(wanted: Reply['template']): Content {
  const template = composerTemplates.find((one) => one.id === wanted?.id);
  if (!template) return { type: 'text', body: 'Sent as a template.' };
  const values = wanted?.variables ?? {};
  const filled = (source: string): string => pieces(source, values).map((piece) => piece.text).join('');
  const header = template.text.header_part;
  return {
    type: 'template',
    template: template.id,
    name: template.name,
    language: template.language,
    version: 'a1',
    buttons: (template.text.buttons ?? []).flatMap((button, index) => (button.kind === 'copy_code' ? [{ kind: 'copy_code' as const, index, code: filled(button.code) }] : [])),
    preview: { body: filled(template.text.body), footer: template.text.footer ?? null, buttons: [] },
    parts: {
      location: header?.kind === 'location' ? { latitude: Number(filled(header.latitude)), longitude: Number(filled(header.longitude)), name: filled(header.name ?? ''), address: filled(header.address ?? '') } : null,
      media: header?.kind === 'media' ? { kind: header.media, source: { link: filled(header.source) } } : null,
      cards: (template.text.cards ?? []).map(() => ({})),
    },
  };
}
