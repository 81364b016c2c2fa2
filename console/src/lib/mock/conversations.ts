import type { Composer, Conversation, Message, MessageStatus, ThreadItem } from '../api/types';
import { composerTemplates } from './composer-templates';
import { at, freshId, id, workspace } from './ids';
import { everyKind } from './kinds';
import { contacts, phoneOf, users } from './people';

const wa = id('snd', 1);
const sms = id('snd', 2);

interface Part {
  n: number;
  minutes: number;
  channel?: 'whatsapp' | 'sms';
}

function base({ n, minutes, channel = 'whatsapp' }: Part): Pick<Message, 'id' | 'workspace' | 'attempts' | 'contact' | 'conversation' | 'channel' | 'sender' | 'address' | 'created_at' | 'times'> {
  return {
    id: freshId('msg'),
    workspace,
    attempts: 1,
    contact: id('ctc', n),
    conversation: id('cnv', n),
    channel,
    sender: channel === 'whatsapp' ? wa : sms,
    address: { kind: 'phone', value: phoneOf(n) },
    created_at: at(minutes),
    times: {},
  };
}

function item(message: Message): ThreadItem & { type: 'message' } {
  return { type: 'message', id: message.id, at: message.created_at, message };
}

function reminder(part: Part, status: MessageStatus): ThreadItem {
  return item({
    ...base(part),
    direction: 'out',
    origin: { by: 'journey', journey: 'appointment_reminder', version: 'b41c9e7702aa51', run: id('run', part.n), step: part.channel === 'sms' ? 'by_sms' : 'remind', visit: 1 },
    class: 'transactional',
    purpose: 'transactional',
    status,
    times: { queued: at(part.minutes), accepted: at(part.minutes + 0.1), ...(status === 'read' ? { delivered: at(part.minutes + 0.3), read: at(part.minutes + 4) } : {}) },
    decision: id('dec', 1),
    price: { micros: part.channel === 'sms' ? 8300 : 3400, currency: 'USD' },
    content:
      part.channel === 'sms'
        ? { type: 'text', body: 'Demo clinic: your appointment is tomorrow at 9:30. Reply YES to confirm, or tell us what suits you better.' }
        : {
            type: 'template',
            template: id('tpl', 1),
            name: 'appointment_reminder',
            language: 'en',
            version: 'a1',
            preview: {
              header: 'Your appointment',
              body: 'Hello, your appointment is *tomorrow at 9:30* with the demo clinic, 12 Harbour Street.',
              footer: 'Demo clinic',
              buttons: [
                { id: 'confirm', title: 'Confirm' },
                { id: 'reschedule', title: 'Reschedule' },
              ],
            },
          },
    error: status === 'failed' ? { remedy: { do: 'next_channel' }, cause: 'not_capable', code: 'whatsapp:131026', for_user: 'This number cannot receive WhatsApp messages.' } : null,
  });
}

function said(part: Part, received: Message['received']): ThreadItem {
  return item({ ...base(part), direction: 'in', origin: { by: 'contact' }, class: 'service', status: 'received', received });
}

function answered(part: Part, body: string, user = users[1]!.id): ThreadItem {
  return item({
    ...base(part),
    direction: 'out',
    origin: { by: 'agent', user },
    class: 'agent',
    purpose: 'service',
    status: 'read',
    times: { queued: at(part.minutes), accepted: at(part.minutes), delivered: at(part.minutes + 0.2), read: at(part.minutes + 1) },
    content: { type: 'text', body },
    price: { micros: 0, currency: 'USD' },
    decision: id('dec', 4),
  });
}

let events = 0;
function event(n: number, minutes: number, kind: string, data: Record<string, string | null>): ThreadItem {
  const entry = { workspace, id: id('tml', 900 + events++), contact: id('ctc', n), at: at(minutes), recorded_at: at(minutes), kind, data, decision: kind === 'message_not_sent' ? id('dec', 2) : null };
  return { type: 'event', id: entry.id, at: entry.at, event: entry };
}

function note(minutes: number, text: string): ThreadItem {
  return { type: 'note', id: freshId('tml'), at: at(minutes), note: { user: users[1]!.id, text } };
}

const asks = [
  'Could it be a little later? I finish work at ten.',
  'Can I bring my daughter to the same appointment?',
  'I am not sure I can come. What happens if I cancel today?',
  'Is there parking near the clinic?',
  'I would prefer Thursday if that is possible.',
  'Sorry, who is this?',
];

function thread(n: number): ThreadItem[] {
  const list: ThreadItem[] = [];
  const d = -(n * 37) % 600;
  list.push(event(n, d - 1560, 'event_tracked', { name: 'appointment_booked' }));
  list.push(event(n, d - 1559, 'run_entered', { journey: 'appointment_reminder', title: 'Appointment reminder' }));
  if (n % 7 === 0) {
    list.push(reminder({ n, minutes: d - 130 }, 'failed'));
    list.push(reminder({ n, minutes: d - 128, channel: 'sms' }, 'delivered'));
    list.push(said({ n, minutes: d - 20, channel: 'sms' }, { type: 'text', body: asks[n % 6] ?? '' }));
  } else {
    list.push(reminder({ n, minutes: d - 130 }, n % 4 === 0 ? 'delivered' : 'read'));
    list.push(said({ n, minutes: d - 62 }, n % 2 ? { type: 'button_reply', id: 'reschedule', title: 'Reschedule' } : { type: 'text', body: 'Hi' }));
    list.push(event(n, d - 61.9, 'case_opened', { queue: n % 3 ? 'front_desk' : 'billing', reason: reasonOf(n), summary: 'Wants another time' }));
    if (n === 2) list.push(event(n, d - 61.5, 'message_not_sent', { code: 'consent_missing', reason: 'there is no opt-in for promotional messages on WhatsApp' }));
    list.push(said({ n, minutes: d - 60.5 }, { type: 'text', body: asks[n % 6] ?? '' }));
    if (n % 3 === 1) {
      list.push(event(n, d - 58, 'case_assigned', { to: users[1]!.id, queue: 'front_desk' }));
      list.push(note(d - 57, 'Is in treatment until March, please offer mornings only.'));
      list.push(answered({ n, minutes: d - 55 }, 'Of course. *11:00* or *16:15* tomorrow are free. Which one suits you?'));
      list.push(said({ n, minutes: d - 22 }, { type: 'text', body: '11:00 would be perfect' }));
    }
    if (n === 10) {
      list.push(
        ...everyKind({
          said: (minutes, received, more) => item({ ...base({ n, minutes }), direction: 'in', origin: { by: 'contact' }, class: 'service', status: 'received', received, ...more }),
          sent: (minutes, content, more) => item({ ...base({ n, minutes }), direction: 'out', origin: { by: 'agent', user: users[1]!.id }, class: 'agent', purpose: 'service', status: 'read', content, decision: id('dec', 4), ...more }),
        }),
        event(n, -22, 'message_edited', { channel: 'whatsapp', before: 'Where are you?', after: 'Where exactly are you, and who will see me on Thursday morning?' }),
        event(n, -21, 'identity_changed', { channel: 'whatsapp' }),
      );
    }
    if (n === 1) {
      list.push(said({ n, minutes: -9 }, { type: 'media', kind: 'image', mime: 'image/jpeg', provider_ref: '1908647269898587', caption: 'This is the letter I got', filename: 'letter.jpg', stored: null }));
      list.push(said({ n, minutes: -8 }, { type: 'text', body: 'Do I have to bring anything else?' }));
    }
  }
  return list.sort((a, b) => b.at.localeCompare(a.at));
}

function reasonOf(n: number): 'journey_step' | 'asked_for_human' | 'not_understood' | 'unprompted' | 'no_answer' | 'possible_opt_out' {
  return (['asked_for_human', 'journey_step', 'not_understood', 'journey_step', 'unprompted', 'possible_opt_out'] as const)[n % 6] ?? 'journey_step';
}

export const threads = new Map<string, ThreadItem[]>(Array.from({ length: 24 }, (_, index) => [id('cnv', index + 1), thread(index + 1)]));

export const conversations: Conversation[] = Array.from({ length: 24 }, (_, index): Conversation => {
  const n = index + 1;
  const status = n <= 7 ? 'waiting' : n <= 13 ? 'open' : n <= 18 ? 'bot' : 'resolved';
  const items = threads.get(id('cnv', n)) ?? [];
  const newest = items.find((entry) => entry.type === 'message');
  const message = newest?.type === 'message' ? newest.message : undefined;
  const received = message?.received;
  const contact = contacts[index];
  const text = received?.type === 'text' ? received.body : received?.type === 'button_reply' ? received.title : message?.content?.type === 'text' ? message.content.body : 'Your appointment';
  const open = status === 'bot' ? n <= 7 : n % 3 !== 0;
  return {
    id: id('cnv', n),
    workspace,
    contact: id('ctc', n),
    contact_name: contact?.name ?? null,
    address: contact?.addresses[0]?.kind === 'phone' ? contact.addresses[0].value : contact?.addresses[0]?.value,
    status,
    case:
      status === 'bot'
        ? null
        : {
            id: id('cas', n),
            queue: n % 3 ? 'front_desk' : 'billing',
            assignee: status === 'open' ? users[n % 2 ? 0 : 1]!.id : null,
            priority: n === 2 ? 'urgent' : n % 5 === 0 ? 'high' : 'normal',
            opened_at: at(-62 - n),
            reply_due_at: status === 'waiting' ? at([4, -13, 41, 9, 22, 55, 2][n - 1] ?? 10) : null,
            first_reply_at: status === 'open' ? at(-30) : null,
            resolved_at: status === 'resolved' ? at(-200) : null,
            category: status === 'resolved' ? 'rescheduled' : null,
            handoff: {
              reason: reasonOf(n),
              summary: 'Tapped Reschedule on the reminder, then asked for a later time tomorrow.',
              fields: { appointment: `apt-${7100 + n}`, starts_at: 'tomorrow 9:30', practitioner: 'Room 2', asked_before: 1 },
              journey: 'appointment_reminder',
              step: 'to_desk',
            },
          },
    channel: message?.channel ?? 'whatsapp',
    last_message: text,
    last_message_id: message?.id ?? null,
    last_message_at: message?.created_at ?? at(-n * 50),
    last_inbound_at: at(-20),
    window_closes_at: open ? at(n === 1 ? 84 : 60 * ((n * 5) % 22) + 31) : null,
    unread: status === 'waiting' ? (n % 3) + (n === 1 ? 2 : 0) : 0,
    labels: n % 4 === 1 ? ['reschedule', 'new patient'] : [],
  };
}).sort((a, b) => b.last_message_at.localeCompare(a.last_message_at));

export function composer(conversation: Conversation): Composer {
  const n = contacts.findIndex((contact) => contact.id === conversation.contact) + 1;
  const open = conversation.window_closes_at != null;
  const address = { kind: 'phone' as const, value: phoneOf(n) };
  return {
    seen: conversation.last_message_id,
    channels: [
      {
        channel: 'whatsapp',
        sender: wa,
        sender_name: 'Demo clinic',
        address,
        typing: true,
        window: { open, closes_at: conversation.window_closes_at },
        free_form: { allowed: open, price: { amount: { micros: 0, currency: 'USD' }, category: 'service', rate: 'USD 2026-07' }, reason: null },
        templates: composerTemplates,
      },
      {
        channel: 'sms',
        sender: sms,
        sender_name: 'Demo clinic SMS',
        address,
        typing: false,
        window: null,
        free_form: { allowed: n !== 5, price: { amount: { micros: 8300, currency: 'USD' }, category: 'sms:1_segment', rate: 'USD 2026-07' }, reason: null },
        templates: [],
        blocked_reason: n === 5 ? 'They wrote STOP to this number. SMS is suppressed until they write START.' : null,
      },
    ],
  };
}
