// The shapes of the HTTP API, as the console reads them. Names and members follow the API's JSON.

export type Timestamp = string;
export type Channel = 'whatsapp' | 'sms' | 'rcs' | 'email';
export type Purpose = 'promotional' | 'transactional' | 'service' | 'authentication';
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

export interface Problem {
  type?: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  code?: string;
  fix?: string;
  errors?: { pointer?: string; detail: string }[];
}

export interface Money {
  micros: number;
  currency: string;
}
export interface Price {
  amount: Money;
  category: string;
  rate: string;
}

export type AddressKind = 'phone' | 'bsuid' | 'email' | 'external';
export interface AddressKey {
  kind: AddressKind;
  value: string;
}
export type Reach =
  | { state: 'reachable'; since: Timestamp }
  | { state: 'unreachable'; since: Timestamp; until: Timestamp; reason: string }
  | { state: 'suppressed'; since: Timestamp; reason: string };
export interface Address extends AddressKey {
  verified: boolean;
  source: string;
  added_at: Timestamp;
  reach?: Partial<Record<Channel, Reach>>;
}

// ── Session and people ────────────────────────────────────────────────────────────────────────────────────────────
export type Role = 'owner' | 'admin' | 'marketer' | 'agent' | 'viewer';
export interface User {
  id: string;
  name: string;
  email: string;
  roles: Role[];
  active?: boolean;
  last_seen_at?: Timestamp | null;
}
export interface Session {
  user: User;
  workspace: { id: string; name: string };
  demo: boolean;
  scopes: string[];
}
export interface Status {
  version: string;
  now: Timestamp;
  speed?: number;
  paused?: boolean;
}

// ── Content ───────────────────────────────────────────────────────────────────────────────────────────────────────
export interface Button {
  id: string;
  title: string;
}
export type MediaKind = 'image' | 'video' | 'audio' | 'document' | 'sticker';
export interface TemplatePreview {
  header?: string | null;
  body: string;
  footer?: string | null;
  buttons?: Button[];
}
export interface Location {
  latitude: number;
  longitude: number;
  name?: string | null;
  address?: string | null;
}
export type Content =
  | { type: 'text'; body: string; preview_url?: boolean }
  | { type: 'buttons'; header?: string | null; body: string; footer?: string | null; buttons: Button[] }
  | {
      type: 'list';
      header?: string | null;
      body: string;
      footer?: string | null;
      button: string;
      sections: { title?: string | null; rows: { id: string; title: string; description?: string | null }[] }[];
    }
  | { type: 'media'; kind: MediaKind; source: { stored: string } | { link: string }; caption?: string | null; filename?: string | null }
  | ({ type: 'location' } & Location)
  | { type: 'template'; template: string; name: string; language: string; version: string; preview: TemplatePreview };

export type InboundContent =
  | { type: 'text'; body: string }
  | { type: 'button_reply'; id: string; title: string }
  | { type: 'list_reply'; id: string; title: string }
  | { type: 'media'; kind: MediaKind; mime: string; caption?: string | null; filename?: string | null; stored?: string | null }
  | ({ type: 'location' } & Location)
  | { type: 'reaction'; to: string; emoji?: string | null }
  | { type: 'form'; name: string; data: Json }
  | { type: 'structured'; kind: string; data: Json }
  | { type: 'edit'; of: string; body?: string | null }
  | { type: 'revoke'; of: string }
  | { type: 'system'; kind: string; data: Json }
  | { type: 'unsupported'; kind: string; raw: Json };

// ── Messages ──────────────────────────────────────────────────────────────────────────────────────────────────────
export type MessageStatus =
  | 'queued'
  | 'sending'
  | 'in_doubt'
  | 'accepted'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'cancelled'
  | 'expired'
  | 'received';

export type Origin =
  | { by: 'contact' }
  | { by: 'journey'; journey: string; version: string; run: string; step: string; visit: number }
  | { by: 'agent'; user: string }
  | { by: 'api'; key: string }
  | { by: 'compliance'; rule: string }
  | { by: 'test'; user: string };

export interface SendError {
  remedy: Json;
  cause: string;
  code: string;
  for_user: string;
}

export interface Message {
  id: string;
  contact: string;
  conversation: string;
  case?: string | null;
  direction: 'in' | 'out';
  channel: Channel;
  sender: string;
  address: AddressKey;
  origin: Origin;
  class: string;
  purpose?: Purpose | null;
  status: MessageStatus;
  times: Partial<Record<MessageStatus, Timestamp>>;
  created_at: Timestamp;
  not_before?: Timestamp | null;
  content?: Content | null;
  received?: InboundContent | null;
  decision?: string | null;
  provider_id?: string | null;
  attempts?: number;
  error?: SendError | null;
  price?: Money | null;
  double_reach?: boolean;
  in_reply_to?: string | null;
}

// ── Conversations ─────────────────────────────────────────────────────────────────────────────────────────────────
export type ConversationStatus = 'bot' | 'waiting' | 'open' | 'resolved';
export type Priority = 'urgent' | 'high' | 'normal' | 'low';
export type HandoffReason =
  | 'journey_step'
  | 'asked_for_human'
  | 'not_understood'
  | 'unprompted'
  | 'no_answer'
  | 'possible_opt_out'
  | 'agent';
export interface Handoff {
  reason: HandoffReason;
  summary: string;
  fields?: JsonObject;
  journey?: string | null;
  step?: string | null;
}
export interface Case {
  id: string;
  queue: string;
  assignee?: string | null;
  priority: Priority;
  opened_at: Timestamp;
  handoff: Handoff;
  first_reply_at?: Timestamp | null;
  reply_due_at?: Timestamp | null;
  resolved_at?: Timestamp | null;
  category?: string | null;
}
export interface Conversation {
  id: string;
  contact: string;
  contact_name?: string | null;
  address?: string | null;
  status: ConversationStatus;
  case?: Case | null;
  channel?: Channel | null;
  last_message: string;
  last_message_id?: string | null;
  last_message_at: Timestamp;
  last_inbound_at?: Timestamp | null;
  window_closes_at?: Timestamp | null;
  unread: number;
  labels: string[];
}
export interface ConversationCounts {
  waiting: number;
  mine: number;
  open: number;
  bot: number;
  resolved: number;
  queues: Record<string, { waiting: number; open: number }>;
}
export type ThreadItem =
  | { type: 'message'; id: string; at: Timestamp; message: Message }
  | { type: 'note'; id: string; at: Timestamp; note: { user: string; text: string } }
  | { type: 'event'; id: string; at: Timestamp; event: TimelineEntry };

export interface TemplateVariable {
  name: string;
  kind?: 'text' | 'number' | 'time';
  sample: string;
  fallback?: string | null;
  max_length?: number | null;
  value?: string | null;
}
export interface ComposerTemplate {
  id: string;
  name: string;
  language: string;
  purpose?: Purpose;
  text: { header?: string | null; body: string; footer?: string | null; buttons?: { title: string }[] };
  price?: Price | null;
  variables: TemplateVariable[];
}
export interface ComposerChannel {
  channel: Channel;
  sender: string;
  sender_name?: string;
  address: AddressKey;
  window: { open: boolean; closes_at?: Timestamp | null } | null;
  free_form: { allowed: boolean; price?: Price | null; reason?: string | null };
  templates: ComposerTemplate[];
  blocked_reason?: string | null;
}
export interface Composer {
  seen?: string | null;
  channels: ComposerChannel[];
}
export type Reply = { channel: Channel; sender?: string; address?: AddressKey; seen: string | null } & (
  | { content: Content }
  | { template: { id: string; language: string; variables: Record<string, string> } }
);

// ── Timeline, decisions ───────────────────────────────────────────────────────────────────────────────────────────
export interface TimelineEntry {
  id: string;
  contact: string;
  at: Timestamp;
  recorded_at: Timestamp;
  kind: string;
  data?: JsonObject | null;
  message?: string | null;
  decision?: string | null;
  run?: string | null;
}
export type Outcome = 'pass' | 'defer' | 'deny' | 'not_applicable';
export interface RuleResult {
  rule: string;
  channel?: Channel | null;
  outcome: Outcome;
  detail: string;
  inputs: Json;
}
export interface ChannelOption {
  channel: Channel;
  address?: AddressKey | null;
  sender?: string | null;
  eligible: boolean;
  form?: 'free_form' | 'template' | null;
  price?: Price | null;
  reason: string;
}
export type Verdict =
  | { say: 'send'; channel: Channel; address: AddressKey; sender: string; form: 'free_form' | 'template' }
  | { say: 'defer'; until: Timestamp; reason: string }
  | { say: 'silent'; code: string; cause: string; reason: string };
export interface Decision {
  id: string;
  contact: string;
  message?: string | null;
  at: Timestamp;
  stage: 'plan' | 'hand_off' | 'journey';
  wanted: { origin: Origin; purpose?: Purpose | null; topic?: string | null; due_at: Timestamp; summary: string };
  rules: RuleResult[];
  channels: ChannelOption[];
  price?: Price | null;
  verdict: Verdict;
  versions: string[];
}
export interface WhyNot {
  journey: string;
  entered: boolean;
  code: string;
  answer: string;
  checks?: RuleResult[];
  runs?: Run[];
  decisions?: Decision[];
}

// ── Contacts ──────────────────────────────────────────────────────────────────────────────────────────────────────
export interface ContactRow {
  id: string;
  name?: string | null;
  locale?: string | null;
  created_at: Timestamp;
  last_seen_at?: Timestamp | null;
  addresses?: AddressKey[];
}
export type RunStatus = 'active' | 'completed' | 'exited' | 'failed';
export interface Run {
  id: string;
  contact: string;
  contact_name?: string | null;
  journey: string;
  title?: string | null;
  version: string;
  instance_key: string;
  status: RunStatus;
  step: string;
  entered_at: Timestamp;
  ended_at?: Timestamp | null;
  due_at?: Timestamp | null;
  result?: string | null;
  goal_at?: Timestamp | null;
  timers?: { kind: string; step: string; at: Timestamp; label: string }[];
  variables?: JsonObject;
}
export interface Contact {
  id: string;
  name?: string | null;
  locale?: string | null;
  created_at: Timestamp;
  preferred_channel?: Channel | null;
  addresses: Address[];
  attributes: JsonObject;
  zones?: { source: string; zone: string; at: Timestamp }[];
  conversation_id?: string | null;
  runs?: Run[];
  windows?: { channel: Channel; sender: string; open: boolean; closes_at?: Timestamp | null; entry_point_until?: Timestamp | null }[];
  caps?: { name: string; used: number; limit: number; window_ms: number }[];
}
export type ConsentState = 'opted_in' | 'opted_out';
export interface LedgerEntry {
  id: string;
  seq: number;
  address: AddressKey;
  channel?: Channel | null;
  purpose?: Purpose | null;
  topic?: string | null;
  state: ConsentState;
  act: string;
  wording?: string | null;
  source: string;
  actor: string;
  ip?: string | null;
  user_agent?: string | null;
  at: Timestamp;
  evidence?: string | null;
  recorded_at: Timestamp;
  prev_hash: string;
  hash: string;
}
export interface ConsentScope {
  address: AddressKey;
  channel?: Channel | null;
  purpose?: Purpose | null;
  topic?: string | null;
  state: ConsentState;
  since: Timestamp;
  entry: string;
}
export interface Consent {
  state: ConsentScope[];
  ledger: LedgerEntry[];
  chain: { ok: boolean; head: string; length: number; broken_at?: number | null; detail?: string | null };
}
export interface Wording {
  hash: string;
  capture_point: string;
  version: string;
  language: string;
  text: string;
  created_at: Timestamp;
}

// ── Journeys ──────────────────────────────────────────────────────────────────────────────────────────────────────
export type JourneyState = 'open' | 'closed' | 'held';
export interface JourneyCounts {
  entered: number;
  active: number;
  completed: number;
  exited: number;
  failed: number;
  goal: number;
}
export interface JourneyRow {
  name: string;
  title?: string | null;
  owner?: string | null;
  purpose?: Purpose | null;
  state: JourneyState;
  version: string;
  published_at: Timestamp;
  counts: JourneyCounts;
  goal?: { name: string; within?: string | null } | null;
}
export type NodeKind = 'delay' | 'send' | 'await' | 'branch' | 'set' | 'emit' | 'hand_off' | 'end';
export interface Graph {
  nodes: { id: string; kind: NodeKind; label: string; detail?: string | null }[];
  edges: { from: string; to: string; label?: string | null; kind: string }[];
}
export interface Journey extends JourneyRow {
  source: string;
  graph: Graph;
  entry?: { on: string; policy?: string | null } | null;
  start?: string | null;
}
export interface Diagnostic {
  severity: 'error' | 'warning';
  code: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  what: string;
  fix?: string | null;
}
export interface Validation {
  diagnostics: Diagnostic[];
  graph?: Graph | null;
  version?: string | null;
}
export interface FunnelStep {
  step: string;
  kind?: NodeKind;
  entered: number;
  waiting: number;
  left: number;
  sent?: number;
  delivered?: number;
  read?: number;
  replied?: number;
  failed?: number;
  not_sent?: number;
}
export interface Funnel {
  version?: string | null;
  goal?: { name: string; within?: string | null } | null;
  totals: JourneyCounts;
  steps: FunnelStep[];
}
export interface JourneyVersion {
  version: string;
  published_at: Timestamp;
  published_by?: string | null;
  active?: number;
}

// ── Settings ──────────────────────────────────────────────────────────────────────────────────────────────────────
export interface Sender {
  id: string;
  channel: Channel;
  name: string;
  address: string;
  provider_ref: string;
  status: { state: 'active' } | { state: 'paused'; reason: string };
  per_second: number;
  provider?: string;
  queued?: number;
}
export interface Queue {
  id: string;
  name: string;
  reply_within_ms?: number | null;
  waiting?: number;
  open?: number;
  members?: string[];
}
export interface ApiKey {
  id: string;
  name: string;
  scopes: string[];
  prefix?: string;
  created_at: Timestamp;
  last_used_at?: Timestamp | null;
  secret?: string;
}
export type ApprovalState = 'draft' | 'pending' | 'approved' | 'rejected' | 'paused' | 'disabled' | 'other';
export interface Template {
  id: string;
  name: string;
  purpose: Purpose;
  variables: TemplateVariable[];
  languages: Record<
    string,
    {
      header?: string | null;
      body: string;
      footer?: string | null;
      buttons?: { kind: string; title: string; url?: string; phone?: string }[];
      approval: { state: ApprovalState; raw_state?: string | null; reason?: string | null; category?: string | null; at?: Timestamp | null };
    }
  >;
  default_language: string;
  version: string;
  updated_at: Timestamp;
}
export interface Parked {
  signal: { id: string; source: string; body: { kind: string }; arrival_time: Timestamp };
  error: string;
  parked_at: Timestamp;
  tries: number;
}
export interface AuditEntry {
  at: Timestamp;
  actor: string;
  action: string;
  target: string;
  detail?: Json;
  ip?: string | null;
}

// ── Demo ──────────────────────────────────────────────────────────────────────────────────────────────────────────
export interface DemoClock {
  now: Timestamp;
  speed: number;
  paused: boolean;
}
export type Line = 'whatsapp' | 'sms';
export interface Shown {
  header?: string;
  text: string;
  footer?: string;
  taps?: { id: string; title: string; kind: 'reply' | 'template_reply' | 'url' | 'phone' | 'other'; target?: string }[];
  list_button?: string;
  rows?: { id: string; title: string; description?: string; section?: string }[];
  media?: { kind: string };
  template?: string;
}
export interface PhoneEntry {
  seq: number;
  at: Timestamp;
  line: Line;
  from_business: boolean;
  business: string;
  id: string;
  kind: string;
  shown: Shown;
  context?: string | null;
  read_at?: Timestamp | null;
  delivered_at?: Timestamp | null;
  reaction?: string | null;
  revoked?: boolean;
}
export interface PersonRow {
  id: string;
  name: string;
  phone: string;
  username?: string | null;
  persona: string;
  on_whatsapp: boolean;
  on_sms: boolean;
  messages: number;
  unread: number;
  last?: { at: Timestamp; line: Line; text: string; from_business: boolean } | null;
}
export interface Phone extends PersonRow {
  user_id: string;
  phone_hidden: boolean;
  read_receipts: boolean;
  blocked: string[];
  whatsapp: PhoneEntry[];
  sms: PhoneEntry[];
}
export interface SimStatus {
  now: Timestamp;
  people: number;
  cloud: { numbers: { id: string; phone: string; verified_name: string }[] };
  twilio: { numbers: string[] };
}
