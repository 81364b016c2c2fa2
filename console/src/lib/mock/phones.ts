import type { DemoClock, Line, Phone, PhoneEntry } from '../api/types';
import { at, freshId } from './ids';
import { nameOf, phoneOf } from './people';

export const clock: { speed: number; serverMs: number; readAt: number } = { speed: 60, serverMs: Date.now(), readAt: Date.now() };

export function clockNow(): DemoClock {
  const ms = clock.serverMs + (Date.now() - clock.readAt) * clock.speed;
  return { now: new Date(ms).toISOString(), speed: clock.speed };
}

let seq = 1;
const businesses: Record<Line, string> = { whatsapp: '106540352242922', sms: '+12025550101', rcs: 'demo_clinic_agent', email: 'hello@example.com' };
function entry(line: Line, fromBusiness: boolean, minutes: number, shown: PhoneEntry['shown'], more: Partial<PhoneEntry> = {}): PhoneEntry {
  return { seq: seq++, at: at(minutes), line, from_business: fromBusiness, business: businesses[line], id: freshId('wamid'), kind: 'text', shown, read_at: null, delivered_at: at(minutes), ...more };
}

const personas = ['confirms', 'reschedules', 'silent', 'late', 'confirms', 'stops', 'two_channels', 'manual', 'sms_only', 'private', 'confirms', 'username_only'];

export const phones: Phone[] = personas.map((persona, index) => {
  const n = index + 1;
  const reminder = entry(
    'whatsapp',
    true,
    -130 - n * 3,
    {
      header: 'Your appointment',
      text: `Hello ${nameOf(n)}, your appointment is *tomorrow at 9:30* with the demo clinic.`,
      footer: 'Demo clinic',
      taps: [
        { id: 'confirm', title: 'Confirm', kind: 'template_reply' },
        { id: 'reschedule', title: 'Reschedule', kind: 'template_reply' },
      ],
    },
    { kind: 'template', read_at: n % 3 ? at(-100) : null },
  );
  const whatsapp = persona === 'sms_only' ? [] : [reminder];
  if (persona === 'confirms') whatsapp.push(entry('whatsapp', false, -90, { text: 'Confirm' }, { context: reminder.id, read_at: at(-89) }), entry('whatsapp', true, -89, { text: 'Thank you. See you tomorrow at 9:30.' }, { read_at: at(-88) }));
  if (persona === 'reschedules')
    whatsapp.push(
      entry('whatsapp', false, -80, { text: 'Reschedule' }, { context: reminder.id, read_at: at(-79) }),
      entry('whatsapp', false, -79, { text: 'Could it be a little later?' }),
      entry('whatsapp', true, -60, {
        text: 'Of course. These times are free:',
        list_button: 'See times',
        rows: [
          { id: 't11', title: 'Tomorrow 11:00', description: 'Room 2' },
          { id: 't16', title: 'Tomorrow 16:15', description: 'Room 1' },
        ],
      }),
    );
  const sms = persona === 'silent' || persona === 'sms_only' || persona === 'two_channels' ? [entry('sms', true, -20, { text: 'Demo clinic: your appointment is tomorrow at 9:30. Reply YES to confirm.' })] : [];
  const mails = persona === 'manual' ? [entry('email', true, -15, { header: 'Your appointment tomorrow', text: 'Hello, your appointment is tomorrow at 9:30.', taps: [{ id: 'https://example.com/c/1', title: 'Choose another time', kind: 'url', target: 'https://example.com/c/1' }] }, { kind: 'email' })] : [];
  const all = [...whatsapp, ...sms, ...mails].sort((a, b) => a.seq - b.seq);
  const last = all.at(-1);
  return {
    id: `p${n}`,
    name: nameOf(n),
    phone: phoneOf(n),
    username: null,
    email: `person${n}@example.net`,
    persona,
    on_whatsapp: persona !== 'sms_only',
    on_sms: true,
    messages: all.length,
    unread: all.filter((e) => e.from_business && !e.read_at).length,
    last: last ? { at: last.at, line: last.line, text: last.shown.text, from_business: last.from_business } : null,
    user_id: `US.13491208655302${7000 + n}`,
    phone_hidden: false,
    read_receipts: true,
    blocked: [],
    typing: persona === 'reschedules' ? [businesses.whatsapp] : [],
    whatsapp,
    sms,
    rcs: [],
    email_messages: mails,
  };
});

export function write(phone: Phone, line: Line, text: string, context?: string): void {
  const made = entry(line, false, 0, { text }, { at: clockNow().now, context });
  (line === 'email' ? phone.email_messages : phone[line]).push(made);
  phone.last = { at: made.at, line, text, from_business: false };
}
