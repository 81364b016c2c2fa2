import type { ApiKey, AuditEntry, Consent, Decision, FormView, JsonObject, LedgerEntry, Parked, Queue, RuleResult, Sender, SenderHop, SenderProfile, Template, TimelineEntry, Wording } from '../api/types';
import { at, hash, id, workspace } from './ids';
import { phoneOf, users } from './people';

const wording = hash(77);
export const wordings: Wording[] = [
  {
    hash: wording,
    capture_point: 'form:newsletter-2026',
    version: '3',
    language: 'en',
    text: 'Yes, send me reminders and offers of the demo clinic on WhatsApp. I can stop at any time by writing STOP.',
    created_at: at(-60 * 24 * 200),
  },
];

function entry(n: number, seq: number, minutes: number, change: Partial<LedgerEntry>): LedgerEntry {
  return {
    id: id('csn', n * 10 + seq),
    workspace,
    contact: id('ctc', n),
    seq,
    address: { kind: 'phone', value: phoneOf(n) },
    channel: null,
    purpose: null,
    topic: null,
    state: 'opted_in',
    act: 'form_submitted',
    wording: null,
    source: 'form:newsletter-2026',
    actor: 'contact',
    at: at(minutes),
    recorded_at: at(minutes + 0.01),
    prev_hash: seq === 1 ? '0'.repeat(64) : hash(n * 10 + seq - 1),
    hash: hash(n * 10 + seq),
    ...change,
  };
}

export function consentOf(n: number): Consent {
  const ledger = [
    entry(n, 1, -60 * 24 * 120, { channel: 'whatsapp', purpose: 'transactional', act: 'imported', source: 'import:practice-software', actor: `user:${users[2]!.id}` }),
    entry(n, 2, -60 * 24 * 60, { channel: 'whatsapp', purpose: 'promotional', wording, ip: '203.0.113.24', user_agent: 'Mozilla/5.0 (Linux; Android 15)', evidence: 'submission 88213' }),
    entry(n, 3, -60 * 24 * 3, { channel: 'whatsapp', purpose: 'promotional', state: 'opted_out', act: 'platform_switch', source: 'meta_preference', actor: 'provider:whatsapp' }),
    entry(n, 4, -60 * 20, { channel: 'sms', purpose: 'transactional', state: 'opted_in', act: 'agent_recorded', source: 'by phone', actor: `user:${users[1]!.id}` }),
  ];
  const newest = [ledger[0]!, ledger[2]!, ledger[3]!];
  return {
    state: newest.map((e) => ({ address: e.address, channel: e.channel, purpose: e.purpose, topic: e.topic, state: e.state, since: e.at, entry: e.id })),
    ledger,
    chain: { ok: true, head: ledger[3]!.hash, length: 4, broken_at: null, detail: null },
  };
}

const rule = (name: string, outcome: RuleResult['outcome'], detail: string, inputs: JsonObject, channel: RuleResult['channel'] = null): RuleResult => ({ rule: name, outcome, detail, inputs, channel });

export function decisions(contact: string, n: number): Decision[] {
  const address = { kind: 'phone' as const, value: phoneOf(n) };
  const origin = { by: 'journey' as const, journey: 'appointment_reminder', version: 'b41c9e7702aa51', run: id('run', n), step: 'remind', visit: 1 };
  const common = { workspace, contact, versions: ['journey appointment_reminder b41c9e7702aa51', 'policy 2026-11-02', 'rates USD 2026-07', 'template appointment_reminder a1c0ff'] };
  return [
    {
      ...common,
      id: id('dec', 1),
      message: id('msg', 1),
      at: at(-130),
      stage: 'hand_off',
      wanted: { origin, purpose: 'transactional', due_at: at(-130), summary: 'Hello, your appointment is tomorrow at 9:30' },
      rules: [
        rule('lateness', 'pass', 'It is 2 s late; 2 h are allowed.', { due_at: at(-130), max_lateness: '2h', late_by: '2s' }),
        rule('address', 'pass', 'The number is known to be on WhatsApp.', { address: `phone:${address.value}`, reach: 'reachable' }, 'whatsapp'),
        rule('consent', 'pass', 'Transactional messages are allowed on WhatsApp since 25 July.', { purpose: 'transactional', entry: id('csn', 11), model: 'opt_in' }, 'whatsapp'),
        rule('quiet_hours', 'pass', 'It is 14:10 for them; quiet hours are 20:00 to 8:00.', { zone: 'America/New_York', evidence: 'declared', local: '14:10' }),
        rule('cap', 'pass', 'This would be message 2 of 6 in a day.', { window: '24h', used: 1, limit: 6 }),
        rule('window', 'not_applicable', 'The window is closed, so a template is used.', { closed_since: at(-4000) }, 'whatsapp'),
        rule('template', 'pass', 'appointment_reminder is approved in English.', { state: 'approved', language: 'en', quality: 'green' }, 'whatsapp'),
        rule('price', 'pass', 'Expected price $0.0034 (utility).', { category: 'utility', rate: 'USD 2026-07' }, 'whatsapp'),
      ],
      channels: [
        { channel: 'whatsapp', address, sender: id('snd', 1), eligible: true, form: 'template', price: { amount: { micros: 3400, currency: 'USD' }, category: 'utility', rate: 'USD 2026-07' }, reason: 'First in the journey’s order, and reachable.' },
        { channel: 'sms', address, sender: id('snd', 2), eligible: true, form: 'free_form', price: { amount: { micros: 8300, currency: 'USD' }, category: 'sms:1_segment', rate: 'USD 2026-07' }, reason: 'Second in order; only used if WhatsApp fails.' },
      ],
      price: { amount: { micros: 3400, currency: 'USD' }, category: 'utility', rate: 'USD 2026-07' },
      verdict: { say: 'send', channel: 'whatsapp', address, sender: id('snd', 1), form: 'template' },
    },
    {
      ...common,
      id: id('dec', 2),
      at: at(-700),
      stage: 'plan',
      wanted: { origin: { ...origin, journey: 'check_up_invitation', step: 'invite' }, purpose: 'promotional', due_at: at(-700), summary: 'It is time for your yearly check-up' },
      rules: [
        rule('address', 'pass', 'The number is known to be on WhatsApp.', { reach: 'reachable' }, 'whatsapp'),
        rule('consent', 'deny', 'They switched promotional messages off on WhatsApp three days ago.', { entry: id('csn', 13), act: 'platform_switch' }, 'whatsapp'),
        rule('consent', 'deny', 'There is no opt-in for promotional messages on SMS.', { entry: null, model: 'opt_in' }, 'sms'),
      ],
      channels: [
        { channel: 'whatsapp', address, eligible: false, reason: 'Opted out of promotional messages.' },
        { channel: 'sms', address, eligible: false, reason: 'No opt-in for promotional messages.' },
      ],
      verdict: { say: 'silent', code: 'consent_missing', cause: 'no_consent', reason: 'they opted out of promotional messages on WhatsApp, and never opted in on SMS' },
    },
    {
      ...common,
      id: id('dec', 3),
      at: at(-900),
      stage: 'plan',
      wanted: { origin, purpose: 'transactional', due_at: at(-900), summary: 'Your appointment was moved' },
      rules: [rule('quiet_hours', 'defer', 'It is 22:40 for them; quiet hours end at 8:00.', { zone: 'America/New_York', evidence: 'declared', local: '22:40' })],
      channels: [{ channel: 'whatsapp', address, sender: id('snd', 1), eligible: true, form: 'template', reason: 'First in the journey’s order.' }],
      verdict: { say: 'defer', until: at(-340), reason: 'quiet hours in America/New_York end then' },
    },
    {
      ...common,
      id: id('dec', 4),
      at: at(-55),
      stage: 'hand_off',
      wanted: { origin: { by: 'agent', user: users[1]!.id }, purpose: 'service', due_at: at(-55), summary: 'Of course. 11:00 or 16:15 tomorrow are free.' },
      rules: [rule('window', 'pass', 'The window is open for 22 h.', { closes_at: at(1300) }, 'whatsapp')],
      channels: [{ channel: 'whatsapp', address, sender: id('snd', 1), eligible: true, form: 'free_form', price: { amount: { micros: 0, currency: 'USD' }, category: 'service', rate: 'USD 2026-07' }, reason: 'Chosen by the agent.' }],
      price: { amount: { micros: 0, currency: 'USD' }, category: 'service', rate: 'USD 2026-07' },
      verdict: { say: 'send', channel: 'whatsapp', address, sender: id('snd', 1), form: 'free_form' },
    },
  ];
}

export function timeline(contact: string): TimelineEntry[] {
  const lines: [number, string, JsonObject, Partial<TimelineEntry>?][] = [
    [-8, 'message_received', { channel: 'whatsapp', summary: 'Do I have to bring anything else?' }],
    [-62, 'case_opened', { queue: 'front_desk', reason: 'asked_for_human' }],
    [-62.2, 'run_completed', { journey: 'appointment_reminder', title: 'Appointment reminder', result: 'handed_over' }],
    [-63, 'message_received', { channel: 'whatsapp', summary: 'Reschedule' }],
    [-126, 'message_read', { channel: 'whatsapp' }],
    [-129, 'message_delivered', { channel: 'whatsapp' }],
    [-130, 'message_sent', { channel: 'whatsapp', summary: 'Hello, your appointment is tomorrow at 9:30' }, { decision: id('dec', 1) }],
    [-130.1, 'step_entered', { journey: 'appointment_reminder', title: 'Appointment reminder', step: 'remind' }],
    [-700, 'message_not_sent', { code: 'consent_missing', reason: 'they opted out of promotional messages on WhatsApp' }, { decision: id('dec', 2) }],
    [-900, 'timer_reanchored', { step: 'before_day' }],
    [-901, 'event_tracked', { name: 'appointment_moved' }],
    [-1200, 'consent_changed', { address: 'phone:+12025550117', channel: 'sms', purpose: 'transactional', state: 'opted_in', act: 'agent_recorded' }],
    [-1560, 'run_entered', { journey: 'appointment_reminder', title: 'Appointment reminder' }],
    [-1561, 'event_tracked', { name: 'appointment_booked' }],
    [-4320, 'consent_changed', { address: 'phone:+12025550117', channel: 'whatsapp', purpose: 'promotional', state: 'opted_out', act: 'platform_switch' }],
    [-9000, 'goal_reached', { goal: 'attended' }],
    [-86400, 'contact_created', {}],
  ];
  return lines.map(([minutes, kind, data, more], index) => ({ id: id('tml', index), workspace, contact, at: at(minutes), recorded_at: at(minutes), kind, data, ...more }));
}

export const queues: Queue[] = [
  { id: 'front_desk', name: 'Front desk', reply_within_ms: 900_000, waiting: 5, open: 4, members: users.slice(0, 2).map((u) => u.id) },
  { id: 'billing', name: 'Billing', reply_within_ms: 3_600_000, waiting: 2, open: 2, members: [] },
];

export const examined: SenderHop[] = [
  { hop: 'login', state: 'good', found: 'smtp.example.com:587 lets the sender in' },
  { hop: 'spf', state: 'broken', found: 'in.example.com says nothing about who may send for it', mend: 'publish one TXT record at in.example.com: v=spf1 include:<what your mail service names> ~all' },
  { hop: 'dkim', state: 'unasked', found: 'the mail server signs, if anybody does; its selector is not known here' },
];

export const senders: Sender[] = [
  { id: id('snd', 1), channel: 'whatsapp', name: 'Demo clinic', address: '+12025550100', provider_ref: '106540352242922', status: { state: 'active' }, per_second: 80, webhook_path: '/webhooks/demo', provider: 'whatsapp_cloud', queued: 3,
    health: { checked_at: at(-20), status: 'CONNECTED', quality: 'YELLOW', name: 'Demo clinic', name_status: 'PENDING_REVIEW', messaging_limit: 'TIER_2K', per_second: 80, business: '506914307656634', problems: ['The payment method expires this month.'] } },
  { id: id('snd', 2), channel: 'sms', name: 'Demo clinic SMS', address: '+12025550101', provider_ref: '+12025550101', status: { state: 'active' }, per_second: 1, webhook_path: '/webhooks/demo', provider: 'twilio', queued: 0 },
  { id: id('snd', 3), channel: 'sms', name: 'UK number', address: '+447700900123', provider_ref: '+447700900123', status: { state: 'paused', reason: 'Twilio refuses the account’s credentials (20003). Renew the auth token.' }, per_second: 1, webhook_path: '/webhooks/demo', provider: 'twilio', queued: 12 },
];

/** What was connected with, by sender; the mock knows no secrets, only their names. */
export const senderSettings: Record<string, { provider: Record<string, unknown>; secrets: string[] }> = {
  [id('snd', 1)]: { provider: { kind: 'whatsapp_cloud', phone_number_id: '106540352242922', waba_id: '102290129340398', base_url: 'https://graph.facebook.com', graph_version: 'v26.0', read_receipts: true }, secrets: ['/provider/access_token', '/provider/app_secret', '/provider/verify_token'] },
  [id('snd', 2)]: { provider: { kind: 'twilio', account_sid: 'AC00000000000000000000000000000000', base_url: 'https://api.twilio.com' }, secrets: ['/provider/auth_token'] },
  [id('snd', 3)]: { provider: { kind: 'twilio', account_sid: 'AC00000000000000000000000000000001', base_url: 'https://api.twilio.com' }, secrets: ['/provider/auth_token'] },
};

export const profile: SenderProfile = { about: 'Open from 8 to 18', address: '12 Harbour Street', description: 'A dentist at the harbour', email: 'hello@example.com', websites: ['https://example.com'], vertical: 'HEALTH', picture: null };
export const forms: FormView[] = [{ id: '1178422', name: 'before_your_visit', pages: [{ screen: 'DETAILS', fields: [{ name: 'first_visit', kind: 'yes_no' }, { name: 'reason', kind: 'text' }] }] }];

export const apiKeys: ApiKey[] = [
  { id: id('key', 1), name: 'Practice software', scopes: ['events:write', 'contacts:write'], prefix: 'ak_3f9c', created_at: at(-90000), last_used_at: at(-3) },
  { id: id('key', 2), name: 'Reports', scopes: ['contacts:read'], prefix: 'ak_b07e', created_at: at(-40000), last_used_at: null },
];

export const templates: Template[] = [
  {
    id: id('tpl', 1),
    name: 'appointment_reminder',
    purpose: 'transactional',
    variables: [
      { name: 'first_name', sample: 'Contact', fallback: 'there' },
      { name: 'time', sample: '9:30' },
    ],
    languages: {
      en: { header: 'Your appointment', body: 'Hello {{first_name}}, your appointment is tomorrow at {{time}}.', footer: 'Demo clinic', buttons: [{ kind: 'quick_reply', id: 'reply', title: 'Confirm' }, { kind: 'quick_reply', id: 'reply', title: 'Reschedule' }], approval: { state: 'approved', category: 'UTILITY', at: at(-9000) } },
      'pt-BR': { body: 'Olá {{first_name}}, sua consulta é amanhã às {{time}}.', buttons: [{ kind: 'quick_reply', id: 'reply', title: 'Confirmar' }], approval: { state: 'pending' } },
    },
    default_language: 'en',
    version: hash(3).slice(0, 16),
    updated_at: at(-9100),
  },
  {
    id: id('tpl', 2),
    name: 'check_up_offer',
    purpose: 'promotional',
    variables: [{ name: 'first_name', sample: 'Contact', fallback: 'there' }],
    languages: { en: { body: 'Hello {{first_name}}, it is time for your yearly check-up. Book this week and the X-ray is included.', approval: { state: 'rejected', reason: 'Promotional content was submitted as utility.', at: at(-2000) } } },
    default_language: 'en',
    version: hash(4).slice(0, 16),
    updated_at: at(-2100),
  },
];

export const policy: JsonObject = {
  version: '2026-11-02',
  currency: 'USD',
  home_countries: ['US', 'GB'],
  window_margin: 60_000,
  quiet_hours: [{ purposes: ['promotional', 'transactional'], from: '20:00', until: '08:00', countries: ['US'] }],
  caps: [
    { name: 'promotional', limit: 2, window: '7d' },
    { name: 'any message', limit: 6, window: '24h' },
  ],
  consent: { promotional: 'opt_in', transactional: 'opt_in', service: 'implied', authentication: 'implied' },
};

export const parked: Parked[] = [
  { signal: { id: id('sig', 1), source: 'webhook:whatsapp', workspace, target: {}, event_time: at(-400), body: { kind: 'inbound' }, arrival_time: at(-400) }, error: 'state of contact cannot be read: unknown variant `parallel_v2`', parked_at: at(-399), tries: 3 },
];

export const audit: AuditEntry[] = Array.from({ length: 24 }, (_, index) => ({
  workspace,
  detail: {},
  at: at(-index * 47),
  actor: ['user:' + users[0]!.id, 'user:' + users[1]!.id, 'anonymous', 'key:' + id('key', 1)][index % 4] ?? 'anonymous',
  action: ['conversation.assigned', 'session.created', 'webhook.bad_signature', 'event.accepted'][index % 4] ?? '',
  target: [id('cnv', index), users[1]!.id, '/webhooks/whatsapp', id('ctc', index)][index % 4] ?? '',
  ip: index % 4 === 2 ? '203.0.113.9' : '192.0.2.14',
}));
