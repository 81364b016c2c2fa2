// The mock's routes: method and path → answer. State lives in memory until the page is reloaded.
import type { Conversation, Message, Problem, Reply, ThreadItem, Validation } from '../api/types';
import { broadcasts, preview, recipients } from './broadcasts';
import { calledTemplate } from './composer-templates';
import { conversations, composer, threads } from './conversations';
import { estimate } from './estimate';
import { at, freshId, id, workspace } from './ids';
import { funnel, journeys, runs, validate, versions } from './journeys';
import { phoneChanged, publish } from './live';
import { contacts, session, users } from './people';
import { clock, clockNow, phones, write } from './phones';
import { apiKeys, audit, consentOf, decisions, examined, forms, parked, policy, profile, queues, senders, senderSettings, templates, timeline, wordings } from './records';

export interface Call {
  query: URLSearchParams;
  body: Record<string, unknown>;
  params: string[];
}
export type Answer = { status: number; body?: unknown };
type Handler = (call: Call) => Answer;

const ok = (body: unknown): Answer => ({ status: 200, body });
const created = (body: unknown): Answer => ({ status: 201, body });
const list = (items: unknown[]): Answer => ok({ items, next_cursor: null });
export const problem = (status: number, title: string, more: Partial<Problem> & Record<string, unknown> = {}): Answer => ({ status, body: { type: 'about:blank', title, status, ...more } });
const missing = (): Answer => problem(404, 'Not found', { detail: 'Nothing has this id.', instance: `/requests/${id('req', 1)}` });

let signedIn = sessionStorage.getItem('mock.signed_out') !== '1';

const conversationOf = (key: string | undefined): Conversation | undefined => conversations.find((c) => c.id === key);
const numberOf = (contact: string | undefined): number => contacts.findIndex((c) => c.id === contact) + 1;

function change(key: string | undefined, patch: (conversation: Conversation) => void, entry?: { kind: string; data: Record<string, string | null> }): Answer {
  const conversation = conversationOf(key);
  if (!conversation) return missing();
  patch(conversation);
  if (entry) {
    const event = { workspace, id: freshId('tml'), contact: conversation.contact, at: new Date().toISOString(), recorded_at: new Date().toISOString(), ...entry };
    threads.get(conversation.id)?.unshift({ type: 'event', id: event.id, at: event.at, event });
  }
  publish('conversation', conversation);
  return ok({ ...conversation });
}

/** Conversations in which a colleague is about to answer first; each wins once. */
const races = new Set([id('cnv', 3)]);

function reply({ params, body }: Call): Answer {
  const conversation = conversationOf(params[0]);
  if (!conversation) return missing();
  const items = threads.get(conversation.id) ?? [];
  const wanted = body as unknown as Reply & Record<string, unknown>;
  const make = (content: Message['content'], user: string): ThreadItem & { type: 'message' } => {
    const now = new Date().toISOString();
    const message: Message = {
      id: freshId('msg'),
      contact: conversation.contact,
      conversation: conversation.id,
      direction: 'out',
      workspace,
      attempts: 1,
      channel: wanted.channel ?? 'whatsapp',
      sender: id('snd', 1),
      address: wanted.address ?? { kind: 'phone', value: '' },
      origin: { by: 'agent', user },
      class: 'agent',
      purpose: 'service',
      status: 'queued',
      times: { queued: now },
      created_at: now,
      content,
      decision: id('dec', 4),
      price: { micros: 0, currency: 'USD' },
      in_reply_to: wanted.reply_to ?? null,
    };
    const answered = items.find((item) => item.id === wanted.reply_to);
    const quoted = answered?.type === 'message' ? { id: answered.id, direction: answered.message.direction, summary: answered.message.received?.type === 'text' ? answered.message.received.body : 'A message' } : null;
    return { type: 'message', id: message.id, at: now, message, quoted };
  };
  if (races.delete(conversation.id)) {
    const theirs = make({ type: 'text', body: 'I can offer 11:00 tomorrow. Shall I book it?' }, users[1]!.id);
    items.unshift(theirs);
    return problem(409, 'Somebody answered first', { code: 'newer_message', detail: 'A newer message was sent in this conversation.', newer: [theirs] });
  }
  const content: Message['content'] = 'content' in wanted ? (wanted.content as Message['content']) : calledTemplate(wanted.template);
  const mine = make(content, session.user.id);
  items.unshift(mine);
  conversation.last_message = content?.type === 'text' ? content.body : '';
  conversation.last_message_at = mine.at;
  const steps: [Message['status'], number][] = [
    ['accepted', 500],
    ['delivered', 1300],
    ['read', 3200],
  ];
  for (const [status, ms] of steps) {
    setTimeout(() => {
      mine.message = { ...mine.message, status, times: { ...mine.message.times, [status]: new Date().toISOString() } };
      publish('message', mine.message);
    }, ms);
  }
  return created(mine.message);
}

function conversationList({ query }: Call): Answer {
  const statuses = query.get('status')?.split(',');
  const search = query.get('search')?.toLowerCase();
  const items = conversations
    .filter((c) => !statuses || statuses.includes(c.status))
    .filter((c) => !query.get('queue') || c.case?.queue === query.get('queue'))
    .filter((c) => query.get('assignee') !== 'me' || c.case?.assignee === session.user.id)
    .filter((c) => !search || `${c.contact_name} ${c.address} ${c.last_message}`.toLowerCase().includes(search));
  return list(items);
}

const of = (status: string, queue?: string): number => conversations.filter((c) => c.status === status && (!queue || c.case?.queue === queue)).length;

function counts(): Answer {
  return ok({
    waiting: of('waiting'),
    open: of('open'),
    bot: of('bot'),
    resolved: of('resolved'),
    mine: conversations.filter((c) => (c.status === 'open' || c.status === 'waiting') && c.case?.assignee === session.user.id).length,
    queues: Object.fromEntries(queues.map((queue) => [queue.id, { waiting: of('waiting', queue.id), open: of('open', queue.id) }])),
  });
}

let drift = 0;

export const routes: [string, string, Handler][] = [
  ['GET', '/v1/session', () => (signedIn ? ok(session) : problem(401, 'Not signed in'))],
  [
    'POST',
    '/v1/session',
    ({ body }) => {
      if (body.password === 'wrong' || body.token === 'used')
        return problem(401, 'That did not work', { detail: body.token ? 'This sign-in link was used before or is too old.' : 'Email and password do not fit together.', fix: body.token ? 'Ask for a new link, or sign in with your password.' : 'Check both, or ask an administrator for a sign-in link.' });
      signedIn = true;
      sessionStorage.removeItem('mock.signed_out');
      return ok(session);
    },
  ],
  [
    'DELETE',
    '/v1/session',
    () => {
      sessionStorage.setItem('mock.signed_out', '1');
      return { status: 204 };
    },
  ],
  ['GET', '/v1/status', () => ok({ version: '0.1.0', ...clockNow(), speed: 1, latency: { minutes: 10, messages: 1204, p50_ms: 6, p99_ms: 79, slowest_ms: 310, target_ms: 1000, over_target: 0 } })],
  ['GET', '/v1/alarms', () => ok({ items: [{ day: '2026-11-23', contact: 'ctc_01m84nk9m0e1wb1pg3etyye62r', alarm: 'transactional', times: 1 }], total: 1 })],
  ['GET', '/v1/users', () => list(users)],
  ['POST', '/v1/users', ({ body }) => created({ id: freshId('usr'), ...body, active: true, sign_in_url: 'https://console.example.com/?token=demo-link' })],
  ['PATCH', '/v1/users/*', ({ params, body }) => ok(Object.assign(users.find((u) => u.id === params[0]) ?? {}, body))],
  ['GET', '/v1/queues', () => list(queues)],
  ['PUT', '/v1/queues/*', ({ params, body }) => ok(Object.assign(queues.find((q) => q.id === params[0]) ?? {}, body))],
  ['GET', '/v1/conversation_counts', counts],
  ['GET', '/v1/conversations', conversationList],
  ['GET', '/v1/conversations/*', ({ params }) => (conversationOf(params[0]) ? ok({ ...conversationOf(params[0]) }) : missing())],
  ['GET', '/v1/conversations/*/thread', ({ params }) => list(threads.get(params[0] ?? '') ?? [])],
  ['GET', '/v1/conversations/*/composer', ({ params }) => { const c = conversationOf(params[0]); return c ? ok(composer(c)) : missing(); }],
  ['POST', '/v1/media', ({ query }) => { const filename = query.get('filename') ?? ''; return created({ id: freshId('med'), filename, mime: filename.endsWith('.pdf') ? 'application/pdf' : 'image/png', bytes: 20_480 }); }],
  ['POST', '/v1/conversations/*/estimate', ({ body }) => ok(estimate(body as { content?: { body?: string } }))],
  ['POST', '/v1/conversations/*/replies', reply],
  [
    'POST',
    '/v1/conversations/*/notes',
    ({ params, body }) => {
      const now = new Date().toISOString();
      threads.get(params[0] ?? '')?.unshift({ type: 'note', id: freshId('tml'), at: now, note: { user: session.user.id, text: String(body.text) } });
      return ok({ ...conversationOf(params[0]) });
    },
  ],
  [
    'POST',
    '/v1/conversations/*/assignment',
    ({ params, body }) =>
      change(
        params[0],
        (c) => {
          c.status = body.user_id ? 'open' : 'waiting';
          if (c.case) c.case = { ...c.case, assignee: (body.user_id as string | null) ?? null, queue: (body.queue as string | undefined) ?? c.case.queue };
        },
        { kind: 'case_assigned', data: { to: (body.user_id as string | null) ?? null, queue: (body.queue as string) ?? 'front_desk' } },
      ),
  ],
  ['POST', '/v1/conversations/*/priority', ({ params, body }) => change(params[0], (c) => { if (c.case) c.case = { ...c.case, priority: body.priority as 'high' }; })],
  ['POST', '/v1/conversations/*/labels', ({ params, body }) => change(params[0], (c) => { c.labels = [...(c.labels ?? []).filter((name) => !(body.remove as string[]).includes(name)), ...(body.add as string[])]; })],
  ['POST', '/v1/conversations/*/closure', ({ params, body }) => change(params[0], (c) => { c.status = 'resolved'; c.unread = 0; }, { kind: 'case_resolved', data: { by: session.user.id, category: String(body.category) } })],
  ['POST', '/v1/conversations/*/return_to_bot', ({ params }) => change(params[0], (c) => { c.status = 'bot'; }, { kind: 'returned_to_bot', data: { by: session.user.id } })],
  ['POST', '/v1/conversations/*/read', ({ params }) => change(params[0], (c) => { c.unread = 0; })],
  ['GET', '/v1/contacts', ({ query }) => list(contacts.filter((c) => !query.get('search') || `${c.name} ${c.addresses.map((a) => a.value).join(' ')}`.toLowerCase().includes(query.get('search')!.toLowerCase())).map((c) => ({ ...c, last_seen_at: at(-numberOf(c.id) * 13) })))],
  ['GET', '/v1/contacts/*', ({ params }) => { const c = contacts.find((x) => x.id === params[0]); return c ? ok(c) : missing(); }],
  ['GET', '/v1/contacts/*/timeline', ({ params, query }) => list(timeline(params[0] ?? '').filter((e) => !query.get('kind') || query.get('kind')!.split(',').includes(e.kind)))],
  ['GET', '/v1/contacts/*/consent', ({ params }) => ok(consentOf(numberOf(params[0])))],
  ['POST', '/v1/contacts/*/consent', ({ body }) => created(body)],
  ['GET', '/v1/contacts/*/messages', ({ params }) => list((threads.get(id('cnv', numberOf(params[0]))) ?? []).flatMap((item) => (item.type === 'message' ? [item.message] : [])))],
  ['GET', '/v1/contacts/*/runs', ({ params }) => list(runs.filter((run) => run.contact === params[0]))],
  [
    'GET',
    '/v1/contacts/*/why',
    ({ params, query }) =>
      ok({
        journey: query.get('journey'),
        entered: query.get('journey') === 'appointment_reminder',
        code: query.get('journey') === 'appointment_reminder' ? 'entered' : 'never_triggered',
        answer: query.get('journey') === 'appointment_reminder' ? 'They entered once, 26 hours ago, and were handed to the front desk.' : 'The event it starts on has never been tracked for this contact.',
        checks: query.get('journey') === 'appointment_reminder' ? [] : [{ rule: 'entry_event', outcome: 'deny', detail: 'No event of this name in 90 days.', inputs: { event: 'check_up_due', seen: 0 } }],
        runs: query.get('journey') === 'appointment_reminder' ? runs.filter((run) => run.contact === params[0]) : [],
        decisions: [],
      }),
  ],
  ['POST', '/v1/runs/*/cancellation', ({ params }) => { for (const c of contacts) c.runs = c.runs?.filter((run) => run.id !== params[0]); return ok({}); }],
  ['GET', '/v1/decisions', ({ query }) => list(decisions(query.get('contact') ?? id('ctc', 1), numberOf(query.get('contact') ?? '') || 1))],
  ['GET', '/v1/decisions/*', ({ params }) => { const found = decisions(id('ctc', 1), 1).find((d) => d.id === params[0]); return found ? ok(found) : missing(); }],
  ['GET', '/v1/wordings', () => list(wordings)],
  ['GET', '/v1/broadcasts', () => list(broadcasts)],
  ['GET', '/v1/broadcasts/*', ({ params }) => { const found = broadcasts.find((b) => b.id === params[0]); return found ? ok({ ...found }) : missing(); }],
  ['GET', '/v1/broadcasts/*/recipients', ({ query }) => list(recipients.filter((row) => !query.get('state') || row.state === query.get('state')))],
  ['POST', '/v1/broadcasts/*/preview', () => ok(preview)],
  ['POST', '/v1/broadcasts/*/approval', ({ params }) => ok(Object.assign(broadcasts.find((b) => b.id === params[0]) ?? {}, { missing: [], approved_by: users[1]!.id }))],
  ['POST', '/v1/broadcasts/*/turns', ({ params, body }) => ok(Object.assign(broadcasts.find((b) => b.id === params[0]) ?? {}, { state: { freeze: 'checking', start: 'running', pause: 'paused', resume: 'running', stop: 'stopped' }[String(body.act)] }))],
  ['GET', '/v1/journeys', () => list(journeys)],
  ['POST', '/v1/journeys', ({ body }) => { const result: Validation = validate(String(body.source)); if (!result.version) return problem(422, 'The journey does not compile', { diagnostics: result.diagnostics }); return created(Object.assign(journeys[0]!, { source: body.source, version: result.version, published_at: new Date().toISOString() })); }],
  ['POST', '/v1/journey_validations', ({ body }) => ok(validate(String(body.source)))],
  ['GET', '/v1/journeys/*', ({ params }) => { const found = journeys.find((j) => j.name === params[0]); return found ? ok({ ...found }) : missing(); }],
  ['PATCH', '/v1/journeys/*', ({ params, body }) => ok(Object.assign(journeys.find((j) => j.name === params[0]) ?? {}, body))],
  ['GET', '/v1/journeys/*/versions', () => list(versions)],
  ['GET', '/v1/journeys/*/funnel', ({ params }) => { const found = journeys.find((j) => j.name === params[0]); drift += 1; return found ? ok(funnel(found, drift)) : missing(); }],
  ['GET', '/v1/journeys/*/runs', ({ query }) => list(runs.filter((run) => (!query.get('status') || run.status === query.get('status')) && (!query.get('step') || run.step === query.get('step'))))],
  ['GET', '/v1/senders', () => list(senders)],
  ['POST', '/v1/conversations/*/typing', () => ok({ shown: true })],
  ['POST', '/v1/senders', ({ body }) => { const made = { ...senders[0]!, ...body, id: freshId('snd'), channel: (body.provider as { kind: string }).kind === 'smpp' ? 'sms' as const : 'email' as const, provider: (body.provider as { kind: string }).kind, provider_ref: String(body.address), health: null, queued: 0 }; senders.push(made); return created(made); }],
  ['GET', '/v1/senders/*/settings', ({ params }) => { const found = senders.find((one) => one.id === params[0]); const kept = senderSettings[params[0] ?? '']; return found && kept ? ok({ name: found.name, address: found.address, per_second: found.per_second, ...kept }) : missing(); }],
  ['PUT', '/v1/senders/*/settings', ({ params, body }) => { const found = senders.find((one) => one.id === params[0]); const kept = senderSettings[params[0] ?? '']; if (!found || !kept) return missing(); kept.provider = body.provider as Record<string, unknown>; return ok(Object.assign(found, { name: body.name, address: body.address, per_second: body.per_second, status: { state: 'active' } })); }],
  ['GET', '/v1/senders/*/profile', () => ok(profile)],
  ['PUT', '/v1/senders/*/profile', ({ body }) => ok(Object.assign(profile, body))],
  ['GET', '/v1/senders/*/forms', () => list(forms)],
  ['POST', '/v1/senders/*/forms', ({ body }) => { const made = { id: '2290841', name: String(body.name), pages: body.pages as never }; forms.push(made); return created(made); }],
  ['POST', '/v1/senders/*/examination', () => ok({ hops: examined })],
  ['GET', '/v1/templates', () => list(templates)],
  ['POST', '/v1/templates', ({ body }) => { const made = { ...templates[0]!, ...body, id: freshId('tpl') }; templates.push(made); return created(made); }],
  ['PUT', '/v1/templates/*', ({ params, body }) => ok(Object.assign(templates.find((one) => one.id === params[0]) ?? {}, body))],
  ['POST', '/v1/templates/*/submission', ({ params, body }) => { const found = templates.find((one) => one.id === params[0]); const text = found?.languages[String(body.language)]; if (text) text.approval = { state: 'pending' }; return found ? ok(found) : missing(); }],
  ['DELETE', '/v1/templates/*', ({ params }) => { templates.splice(0, templates.length, ...templates.filter((one) => one.id !== params[0])); return { status: 204 }; }],
  ['POST', '/v1/templates/*/approval', () => ok(templates[0])],
  ['POST', '/v1/template_syncs', () => ok({ seen: 3, created: [], changed: [], differing: [], gone: [], not_sendable: [] })],
  ['GET', '/v1/api_keys', () => list(apiKeys)],
  ['POST', '/v1/api_keys', ({ body }) => created({ id: freshId('key'), ...body, created_at: new Date().toISOString(), secret: 'ak_demo_k7w2m9' })],
  ['DELETE', '/v1/api_keys/*', () => ({ status: 204 })],
  ['GET', '/v1/policy', () => ok(policy)],
  ['GET', '/v1/parked_signals', () => list(parked)],
  ['POST', '/v1/parked_signals/*/retry', () => { parked.length = 0; return { status: 202, body: {} }; }],
  ['GET', '/v1/audit', () => list(audit)],
  ['GET', '/demo/clock', () => ok(clockNow())],
  ['PUT', '/demo/clock', ({ body }) => { const now = clockNow(); Object.assign(clock, { serverMs: Date.parse(now.now), readAt: Date.now() }, body); return ok(clockNow()); }],
  ['GET', '/sim/status', () => ok({ now: clockNow().now, people: phones.length, cloud: { numbers: [{ id: '106540352242922', phone: '+12025550100', verified_name: 'Demo clinic' }] }, twilio: { numbers: ['+12025550101'] }, mail: { business: 'hello@example.com' } })],
  ['GET', '/sim/people', ({ query }) => ok({ items: phones.filter((p) => !query.get('search') || p.name.toLowerCase().includes(query.get('search')!.toLowerCase())), total: phones.length })],
  ['GET', '/sim/people/*', ({ params }) => { const p = phones.find((x) => x.id === params[0]); return p ? ok(structuredClone(p)) : missing(); }],
  ['PATCH', '/sim/people/*', ({ params, body }) => ok(Object.assign(phones.find((p) => p.id === params[0]) ?? {}, body))],
  ['POST', '/sim/people/*/texts', ({ params, body }) => act(params[0], (phone) => write(phone, body.line as 'sms', String(body.text)))],
  ['POST', '/sim/people/*/taps', ({ params, body }) => act(params[0], (phone) => { const entry = phone.whatsapp.find((e) => e.id === body.message); write(phone, 'whatsapp', entry?.shown.taps?.find((tap) => tap.id === body.choice)?.title ?? '', entry?.id); })],
  ['POST', '/sim/people/*/picks', ({ params, body }) => act(params[0], (phone) => { const entry = phone.whatsapp.find((e) => e.id === body.message); write(phone, 'whatsapp', entry?.shown.rows?.find((row) => row.id === body.choice)?.title ?? '', entry?.id); })],
  ['GET', '/sim/people/*/mails/*', () => ok({ from: 'Demo clinic <hello@example.com>', subject: 'Your appointment tomorrow', text: 'Hello, your appointment is tomorrow at 9:30.', html: '<h1 style="font:600 18px sans-serif">Your appointment</h1><p style="font:14px sans-serif">Hello, it is <b>tomorrow at 9:30</b>.</p>', one_click: 'https://example.com/u/1' })],
  ['POST', '/sim/people/*/unsubscribes', () => ok({ id: '' })],
  ['POST', '/sim/people/*/complaints', () => ok({ id: '' })],
  ['POST', '/sim/people/*/bounces', () => ok({ id: '' })],
  ['POST', '/sim/people/*/reads', ({ params }) => act(params[0], (phone) => { for (const e of phone.whatsapp) e.read_at ??= clockNow().now; phone.unread = 0; })],
];

function act(key: string | undefined, deed: (phone: (typeof phones)[number]) => void): Answer {
  const phone = phones.find((p) => p.id === key);
  if (!phone) return missing();
  deed(phone);
  phoneChanged(phone.id);
  return ok({ id: freshId('wamid') });
}
