import type { Broadcast, BroadcastPreview, Recipient } from '../api/types';
import { at, id } from './ids';
import { contacts, users } from './people';

const source = `broadcast: spring_offer
title: Spring offer
purpose: promotional
topic: offers
audience: { where: "contact.city == 'Lisbon'" }
holdout: 5%
send:
  sms: { text: "Hello {{ contact.first_name | default: 'there' }}, spring is here." }
  max_lateness: 24h
`;

function make(n: number, more: Partial<Broadcast>): Broadcast {
  return {
    id: id('bct', n),
    name: 'spring_offer',
    title: 'Spring offer',
    purpose: 'promotional',
    version: `${n}3f0c2a8e6b14d97`,
    listed: false,
    holdout_percent: 5,
    state: 'running',
    recipients: 12_400,
    canary: 124,
    progress: {
      states: { pending: 4_100, queued: 600, sent: 220, delivered: 5_900, read: 880, failed: 12, silent: 68, held_out: 620 },
      causes: { silent: { capped: 40, consent_missing: 28 }, failed: { 'sms:30003': 12 } },
      sent: 7_012,
      replied: 143,
      opted_out: 9,
      complained: 1,
      clicked: 310,
      opened: 0,
      clicked_by_machine: 41,
    },
    missing: [],
    approved_by: users[1]!.id,
    author: users[0]!.id,
    created_at: at(-60 * 26),
    starts_at: null,
    began_at: at(-60),
    history: [
      { to: 'draft', at: at(-60 * 26), by: `user:${users[0]!.id}` },
      { to: 'freezing', at: at(-60 * 25), by: `user:${users[0]!.id}` },
      { to: 'checking', at: at(-60 * 25), by: 'system' },
      { to: 'canary', at: at(-60), by: `user:${users[0]!.id}` },
      { to: 'running', at: at(-30), by: 'system' },
    ],
    source,
    ...more,
  };
}

export const broadcasts: Broadcast[] = [
  make(1, {}),
  make(2, {
    name: 'winter_hours',
    title: 'Winter hours',
    purpose: 'service',
    state: 'checking',
    approved_by: null,
    began_at: null,
    recipients: 18_000,
    progress: { states: { pending: 18_000 }, causes: {}, sent: 0, replied: 0, opted_out: 0, complained: 0, clicked: 0, opened: 0, clicked_by_machine: 0 },
    missing: [{ item: 'approval', remedy: 'somebody other than its author must approve this version' }],
  }),
];

export const recipients: Recipient[] = contacts.slice(0, 6).map((contact, index) => {
  const states = ['delivered', 'read', 'silent', 'held_out', 'queued', 'failed'] as const;
  const reasons = [null, null, 'one promotional message in 24 hours is the limit', 'kept back to compare with', null, 'the number cannot be reached'];
  const state = states[index]!;
  return { broadcast: id('bct', 1), contact: contact.id, canary: index === 0, state, at: at(-index), code: reasons[index] ? 'capped' : null, reason: reasons[index], decision: id('dec', 4), replied_at: index === 1 ? at(-1) : null };
});

export const preview: BroadcastPreview = {
  recipients: 18_000,
  looked_at: 2_000,
  would_go: 1_620,
  put_off: 60,
  held_out: 100,
  silent: { consent_missing: 180, capped: 40 },
  costs: [{ channel: 'sms', messages: 14_580, amount: { micros: 612_360_000, currency: 'EUR' } }],
  samples: [{ contact: contacts[0]!.id, channel: 'sms', text: 'Hello Sam, spring is here.', price: { micros: 42_000, currency: 'EUR' } }],
};
