// People of the mock: numbered contacts with documentation numbers, and the staff of a clinic that does not exist.
import type { Address, Contact, Session, User } from '../api/types';
import { at, id } from './ids';

export const users: User[] = [
  { id: id('usr', 1), name: 'Desk One', email: 'desk.one@example.com', roles: ['admin'], active: true, last_seen_at: at(-1) },
  { id: id('usr', 2), name: 'Desk Two', email: 'desk.two@example.com', roles: ['agent'], active: true, last_seen_at: at(-14) },
  { id: id('usr', 3), name: 'Practice Lead', email: 'lead@example.com', roles: ['owner'], active: true, last_seen_at: at(-300) },
  { id: id('usr', 4), name: 'Reports', email: 'reports@example.com', roles: ['viewer'], active: false, last_seen_at: null },
];

export const session: Session = {
  user: users[0]!,
  workspace: { id: id('ws', 1), name: 'Demo clinic' },
  demo: true,
  scopes: ['events:write', 'contacts:read', 'contacts:write', 'conversations:read', 'conversations:write', 'journeys:read', 'journeys:write', 'messages:write', 'settings:write'],
};

export const phoneOf = (n: number): string => `+1202555${String(100 + (n % 100)).padStart(4, '0')}`;
export const nameOf = (n: number): string => `Contact ${String(n).padStart(3, '0')}`;

function addresses(n: number): Address[] {
  const list: Address[] = [];
  if (n !== 9) {
    list.push({
      kind: 'phone',
      value: phoneOf(n),
      verified: n % 3 !== 0,
      source: n % 3 === 0 ? 'api' : 'webhook',
      added_at: at(-60 * 24 * (20 + n)),
      reach: {
        whatsapp: n % 7 === 0 ? { state: 'unreachable', since: at(-900), until: at(6000), reason: 'not on WhatsApp' } : { state: 'reachable', since: at(-800) },
        ...(n % 2 === 0 ? { sms: { state: 'reachable', since: at(-700) } as const } : {}),
        ...(n === 5 ? { sms: { state: 'suppressed', since: at(-400), reason: 'wrote STOP' } as const } : {}),
      },
    });
  }
  if (n % 2 === 1) list.push({ kind: 'bsuid', value: `US.1349120865530274${1000 + n}`, verified: true, source: 'webhook', added_at: at(-60 * 24 * 9), reach: { whatsapp: { state: 'reachable', since: at(-800) } } });
  if (n % 4 === 0) list.push({ kind: 'email', value: `contact${n}@example.com`, verified: false, source: 'api', added_at: at(-60 * 24 * 30) });
  list.push({ kind: 'external', value: `patient-${4000 + n}`, verified: true, source: 'api', added_at: at(-60 * 24 * 30) });
  return list;
}

export const contacts: Contact[] = Array.from({ length: 40 }, (_, index) => {
  const n = index + 1;
  return {
    id: id('ctc', n),
    name: n === 9 || n === 13 ? null : nameOf(n),
    locale: ['en-US', 'pt-BR', 'en-GB', 'es-MX'][n % 4] ?? 'en-US',
    created_at: at(-60 * 24 * (20 + n)),
    preferred_channel: n % 5 === 0 ? 'sms' : null,
    addresses: addresses(n),
    attributes: {
      first_name: n === 9 || n === 13 ? null : `Contact`,
      insurance: ['private', 'public', 'self-paid'][n % 3] ?? 'public',
      visits: (n * 7) % 12,
      last_visit: at(-60 * 24 * (n * 3)).slice(0, 10),
    },
    zones: [{ source: n % 2 ? 'declared' : 'number_prefix', zone: n % 2 ? 'America/New_York' : 'America/Chicago', at: at(-9000) }],
    conversation_id: n <= 24 ? id('cnv', n) : null,
    runs:
      n % 3 === 2
        ? [
            {
              id: id('run', n),
              contact: id('ctc', n),
              journey: 'appointment_reminder',
              title: 'Appointment reminder',
              version: 'b41c9e7702aa',
              instance_key: `apt-${7100 + n}`,
              status: 'active',
              variables: {},
              step: 'answer',
              entered_at: at(-1500),
              due_at: at(134),
              timers: [
                { kind: 'timeout', step: 'answer', at: at(134), label: 'no answer → by SMS' },
                { kind: 'watch', step: 'remind', at: at(41), label: 'not read → by SMS' },
              ],
            },
          ]
        : [],
    windows: [{ channel: 'whatsapp', sender: id('snd', 1), open: n % 3 !== 0, closes_at: n % 3 !== 0 ? at(60 * (n % 20) + 12) : null, entry_point_until: null }],
    caps: [
      { name: 'promotional', used: n % 3, limit: 2, window_ms: 7 * 86_400_000 },
      { name: 'any message', used: (n % 4) + 1, limit: 6, window_ms: 86_400_000 },
    ],
  };
});
