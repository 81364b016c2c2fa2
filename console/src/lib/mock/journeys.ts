import type { Funnel, Graph, Journey, JourneyVersion, Run, Validation } from '../api/types';
import { at, id } from './ids';
import { nameOf, users } from './people';

export const source = `journey: appointment_reminder
title: Appointment reminder
owner: front_desk
purpose: transactional
entry:
  on: appointment_booked
  key: event.appointment_id
  policy: once
context:
  appointment_id: event.appointment_id
  starts_at: { type: time, from: event.starts_at }
updates:
  - on: appointment_moved
    where: event.appointment_id == run.appointment_id
    set: { starts_at: event.starts_at }
exits:
  - name: cancelled
    on: appointment_cancelled
    where: event.appointment_id == run.appointment_id
goal: { name: attended, on: appointment_attended, within: 14d }
start: before_day

steps:
  before_day:
    delay: { until: "run.starts_at - duration('24h')", if_past: next }
    next: remind
  remind:
    send:
      whatsapp:
        in_window:
          buttons:
            body: "Hello {{ contact.first_name }}, your appointment is tomorrow."
            buttons:
              - { id: confirm, title: Confirm }
              - { id: reschedule, title: Reschedule }
        out_of_window:
          template: appointment_reminder
          variables: { first_name: "{{ contact.first_name }}" }
      max_lateness: 2h
      fallback:
        not_capable: by_sms
        not_delivered: { after: 2h, to: by_sms }
        any: by_sms
    next: answer
  answer:
    await:
      reply_to: remind
      replies: { confirm: confirmed, reschedule: to_desk }
      default: to_desk
      timeout: { after: 4h, to: by_sms }
  by_sms:
    send:
      sms:
        text: "Your appointment is tomorrow. Reply YES to confirm."
      max_lateness: 2h
      fallback: { any: to_desk }
    next: sms_answer
  sms_answer:
    await:
      reply_to: by_sms
      replies: { yes: confirmed }
      default: to_desk
      timeout: { after: 6h, to: to_desk }
  confirmed:
    set: { confirmed: true }
    next: done
  to_desk:
    hand_off:
      queue: front_desk
      priority: normal
      summary: "Wants another time for {{ run.appointment_id }}"
    next: with_desk
  with_desk: { end: handed_over }
  done: { end: confirmed }
`;

export const graph: Graph = {
  nodes: [
    { id: 'before_day', kind: 'delay', label: 'before_day', detail: '24 h before the appointment' },
    { id: 'remind', kind: 'send', label: 'remind', detail: 'WhatsApp: buttons or template' },
    { id: 'answer', kind: 'await', label: 'answer', detail: 'at most 4 h' },
    { id: 'by_sms', kind: 'send', label: 'by_sms', detail: 'SMS' },
    { id: 'sms_answer', kind: 'await', label: 'sms_answer', detail: 'at most 6 h' },
    { id: 'confirmed', kind: 'set', label: 'confirmed', detail: 'confirmed = true' },
    { id: 'to_desk', kind: 'hand_off', label: 'to_desk', detail: 'front desk, normal' },
    { id: 'with_desk', kind: 'end', label: 'with_desk', detail: 'handed over' },
    { id: 'done', kind: 'end', label: 'done', detail: 'confirmed' },
  ],
  edges: [
    { from: 'before_day', to: 'remind', label: '', kind: 'next' },
    { from: 'remind', to: 'answer', label: '', kind: 'next' },
    { from: 'remind', to: 'by_sms', label: 'not delivered in 2 h', kind: 'fallback' },
    { from: 'answer', to: 'confirmed', label: 'confirm', kind: 'reply' },
    { from: 'answer', to: 'to_desk', label: 'reschedule', kind: 'reply' },
    { from: 'answer', to: 'by_sms', label: 'after 4 h', kind: 'timeout' },
    { from: 'by_sms', to: 'sms_answer', label: '', kind: 'next' },
    { from: 'by_sms', to: 'to_desk', label: 'any', kind: 'fallback' },
    { from: 'sms_answer', to: 'confirmed', label: 'yes', kind: 'reply' },
    { from: 'sms_answer', to: 'to_desk', label: 'after 6 h', kind: 'timeout' },
    { from: 'confirmed', to: 'done', label: '', kind: 'next' },
    { from: 'to_desk', to: 'with_desk', label: '', kind: 'next' },
  ],
};

export const journeys: Journey[] = [
  {
    name: 'appointment_reminder',
    title: 'Appointment reminder',
    owner: 'front_desk',
    purpose: 'transactional',
    state: 'open',
    version: 'b41c9e7702aa51',
    published_at: at(-60 * 24 * 4),
    counts: { entered: 1284, active: 96, completed: 1102, exited: 71, failed: 15, goal: 1041 },
    goal: { name: 'attended', within: '14d' },
    source,
    graph,
    entry: { on: 'appointment_booked', policy: 'once' },
    start: 'before_day',
    steps: [],
  },
  {
    name: 'no_show_follow_up',
    title: 'No-show follow-up',
    owner: 'front_desk',
    purpose: 'service',
    state: 'held',
    version: '0e77d10b9c3f42',
    published_at: at(-60 * 24 * 11),
    counts: { entered: 88, active: 4, completed: 61, exited: 20, failed: 3, goal: 34 },
    goal: { name: 'rebooked', within: '30d' },
    source: source.replace('appointment_reminder\n', 'no_show_follow_up\n'),
    graph: { nodes: graph.nodes.slice(3), edges: graph.edges.filter((edge) => graph.nodes.slice(3).some((n) => n.id === edge.from)) },
    entry: { on: 'appointment_missed', policy: 'after_exit' },
    start: 'by_sms',
    steps: [],
  },
  {
    name: 'check_up_invitation',
    title: 'Check-up invitation',
    owner: 'marketing',
    purpose: 'promotional',
    state: 'closed',
    version: '77c01d5ef2ab90',
    published_at: at(-60 * 24 * 1),
    counts: { entered: 0, active: 0, completed: 0, exited: 0, failed: 0, goal: 0 },
    goal: null,
    source,
    graph,
    entry: { on: 'check_up_due', policy: 'once' },
    start: 'before_day',
    steps: [],
  },
];

export const versions: JourneyVersion[] = [
  { version: 'b41c9e7702aa51', published_at: at(-60 * 24 * 4), published_by: users[0]!.id, active: true },
  { version: '9a02f6114b7d03', published_at: at(-60 * 24 * 31), published_by: users[0]!.id, active: false },
];

export function funnel(journey: Journey, drift: number): Funnel {
  const n = journey.counts.entered;
  const step = (name: string, share: number, waiting: number, extra: object = {}) => {
    const entered = Math.round(n * share) + (n > 0 ? drift : 0);
    return { step: name, kind: graph.nodes.find((node) => node.id === name)?.kind ?? 'end', queued: 0, sent: 0, delivered: 0, read: 0, replied: 0, clicked: 0, opened: 0, clicked_by_machine: 0, failed: 0, not_sent: 0, entered, waiting: n > 0 ? waiting : 0, left: Math.max(0, entered - (n > 0 ? waiting : 0)), ...extra };
  };
  return {
    version: null,
    goal: journey.goal ?? null,
    totals: { ...journey.counts, entered: n + (n > 0 ? drift : 0), active: journey.counts.active + (n > 0 ? drift : 0) },
    steps: [
      step('before_day', 1, 41),
      step('remind', 0.95, 3, { sent: Math.round(n * 0.93), delivered: Math.round(n * 0.9), read: Math.round(n * 0.71), failed: Math.round(n * 0.012), not_sent: Math.round(n * 0.008) }),
      step('answer', 0.93, 38, { replied: Math.round(n * 0.72) }),
      step('by_sms', 0.2, 1, { sent: Math.round(n * 0.2), delivered: Math.round(n * 0.19), failed: Math.round(n * 0.006) }),
      step('sms_answer', 0.19, 13, { replied: Math.round(n * 0.09) }),
      step('confirmed', 0.77, 0),
      step('to_desk', 0.1, 0),
      step('with_desk', 0.1, 0),
      step('done', 0.77, 0),
    ],
  };
}

export const runs: Run[] = Array.from({ length: 36 }, (_, index) => {
  const n = index + 1;
  const status = (['active', 'active', 'completed', 'completed', 'exited', 'failed'] as const)[n % 6] ?? 'active';
  return {
    id: id('run', 100 + n),
    contact: id('ctc', n),
    contact_name: n === 9 || n === 13 ? null : nameOf(n),
    journey: 'appointment_reminder',
    title: 'Appointment reminder',
    version: n % 5 ? 'b41c9e7702aa51' : '9a02f6114b7d03',
    instance_key: `apt-${7100 + n}`,
    status,
    step: status === 'active' ? (['before_day', 'answer', 'sms_answer'][n % 3] ?? 'answer') : status === 'completed' ? 'done' : 'remind',
    entered_at: at(-n * 70),
    ended_at: status === 'active' ? null : at(-n * 30),
    due_at: status === 'active' ? at(20 + n * 11) : null,
    result: status === 'completed' ? 'confirmed' : status === 'exited' ? 'cancelled' : status === 'failed' ? 'failed: first_name is missing' : null,
    goal_at: status === 'completed' && n % 4 ? at(-n * 20) : null,
  };
});

/** A stand-in for the compiler: enough faults to work on the editor without a server. */
export function validate(text: string): Validation {
  const lines = text.split('\n');
  const diagnostics: Validation['diagnostics'] = [];
  lines.forEach((line, index) => {
    const tab = line.indexOf('\t');
    if (tab >= 0) diagnostics.push({ severity: 'error', code: 'yaml_tab', line: index + 1, column: tab + 1, end_line: index + 1, end_column: tab + 2, what: 'a tab cannot indent YAML', fix: 'use two spaces' });
    const to = /to: (\w+)/.exec(line);
    if (to?.[1] && !new RegExp(`^  ${to[1]}:`, 'm').test(text))
      diagnostics.push({ severity: 'error', code: 'unknown_step', line: index + 1, column: to.index + 5, end_line: index + 1, end_column: to.index + 5 + to[1].length, what: `there is no step \`${to[1]}\``, fix: 'name one of the steps below, or add it' });
  });
  if (!/timeout:/.test(text)) diagnostics.push({ severity: 'error', code: 'wait_without_timeout', line: 1, column: 1, end_line: 1, end_column: 8, what: 'a wait for an answer has no timeout', fix: 'add `timeout: { after: 4h, to: <step> }`' });
  return { diagnostics, graph, version: diagnostics.some((d) => d.severity === 'error') ? null : text === source ? 'b41c9e7702aa51' : 'c93d0f11e8b2a4' };
}
