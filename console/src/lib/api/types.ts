// The shapes of the HTTP API under the names that the console uses. `schema.d.ts` is generated from docs/api/openapi.json
// (`npm run generate` in console/tools/openapi); only what that document leaves open is said here.
import type { components } from './schema';

type S = components['schemas'];

export type Timestamp = string;
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

/** RFC 9457, with `fix`: what the person can do about it. */
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

export type Channel = S['Channel'];
export type UploadedMedia = S['UploadedMedia'];
export type Purpose = S['Purpose'];
export type Money = S['Money'];
export type Price = S['Price'];
export type AddressKind = S['AddressKind'];
export type AddressKey = S['AddressKey'];
export type Reach = S['Reach'];
export type Address = S['Address'];

// Session and people
export type Role = S['Role'];
export type User = Omit<S['UserView'], 'active'> & { active?: boolean };
/** A session of a person; one of an API key has no user and never meets the console. */
export type Session = Omit<S['SessionView'], 'user'> & { user: User };
export type Status = Pick<S['Status'], 'version' | 'now'> & { speed?: number; paused?: boolean; latency?: Latency };
export type Latency = S['Latency'];
export type Alarms = S['Alarms'];

// Messages
export type Button = S['Button'];
export type MediaKind = S['MediaKind'];
export type TemplatePreview = S['TemplatePreview'];
export type Location = S['Location'];
export type Content = S['Content'];
export type ContactCard = S['ContactCard'];
export type MediaSource = S['MediaSource'];
export type Quoted = S['Quoted'];
export type InboundContent = S['InboundContent'];
export type MessageStatus = S['MessageStatus'];
export type Origin = S['Origin'];
export type Message = S['Message'];

// Conversations
export type ConversationStatus = S['ConversationStatus'];
export type Priority = S['Priority'];
export type Case = S['Case'];
/** `address` labels a contact without a name; servers may leave it out. */
export type Conversation = S['Conversation'] & { address?: string | null };
export type ConversationCounts = S['ConversationCounts'];
export type ThreadItem = S['ThreadItem'];
export type TemplateVariable = S['ComposerVariable'];
export type ComposerTemplate = S['ComposerTemplate'];
export type ComposerChannel = S['ComposerChannel'];
export type Composer = S['Composer'];
export type Estimate = S['Estimate'];
export type TextSize = S['TextSize'];
export type Reply = S['NewReply'];

// Timeline, decisions
export type TimelineEntry = S['TimelineEntry'];
export type Outcome = S['Outcome'];
export type RuleResult = S['RuleResult'];
export type ChannelOption = S['ChannelOption'];
export type Decision = S['DecisionRecord'];
export type WhyNot = S['Why'];

// Contacts
export type ContactRow = S['ContactItem'];
export type RunStatus = S['RunStatus'];
/** A run as one of several lists gives it: with its journey's title, its contact's name, or its timers. */
export type Run = S['RunRow'] & { title?: string; contact_name?: string | null; timers?: S['TimerView'][] };
export type Contact = S['ContactView'];
export type ConsentState = S['ConsentState'];
export type LedgerEntry = S['LedgerEntry'];
export type ConsentScope = S['ConsentLine'];
export type Consent = S['ConsentView'];
export type Wording = S['Wording'];

// Journeys
export type JourneyState = S['JourneyState'];
export type JourneyCounts = S['Totals'];
export type JourneyRow = S['JourneyItem'];
export type NodeKind = 'delay' | 'send' | 'await' | 'branch' | 'set' | 'emit' | 'hand_off' | 'end';
export type Graph = S['Graph'];
export type Journey = S['JourneyView'];
export type Diagnostic = S['Diagnostic'];
export type Validation = S['Validation'];
export type FunnelStep = S['FunnelStep'];
export type Funnel = S['Funnel'];
export type JourneyVersion = S['JourneyVersion'];

// Broadcasts
export type BroadcastState = S['BroadcastState'];
export type Broadcast = S['BroadcastView'];
export type BroadcastPreview = S['PreviewView'];
export type Recipient = S['Recipient'];

// Settings
export type Sender = S['SenderView'];
/** Members that depend on the provider, without its secrets. */
export type SenderSettings = Omit<S['SenderSettings'], 'provider'> & { provider: Record<string, unknown> };
export type SenderProfile = S['SenderProfile'];
export type FormView = S['FormView'];
export type FormDraft = S['FormDraft'];
export type SenderHop = S['SenderHop'];
export type Examination = S['Examination'];
export type Queue = S['QueueView'];
/** Scopes travel as `events:write`. */
export type ApiKey = Omit<S['NewApiKeyView'], 'scopes'> & { scopes: string[] };
export type ApprovalState = S['ApprovalState'];
export type Template = S['Template'];
export type TemplateText = S['TemplateText'];
export type TemplateButton = S['TemplateButton'];
export type TemplateHeaderPart = S['TemplateHeaderPart'];
export type TemplateCardText = S['TemplateCardText'];
export type TemplateDraft = S['TemplateDraft'];
export type TemplateSync = S['TemplateSync'];
export type Parked = S['Parked'];
export type AuditEntry = S['AuditEntry'];

// Demo: the clock, and the simulator's control API, which is no part of the document.
/** Speed 0 stands still. */
export interface DemoClock {
  now: Timestamp;
  speed: number;
}
export type Line = 'whatsapp' | 'sms' | 'rcs' | 'email';
export interface Shown {
  header?: string;
  text: string;
  footer?: string;
  taps?: { id: string; title: string; kind: 'reply' | 'template_reply' | 'url' | 'phone' | 'other'; target?: string }[];
  list_button?: string;
  rows?: { id: string; title: string; description?: string; section?: string }[];
  media?: { kind: string; filename?: string };
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
  email?: string;
  persona: string;
  on_whatsapp: boolean;
  on_sms: boolean;
  on_rcs?: boolean;
  messages: number;
  unread: number;
  last?: { at: Timestamp; line: Line; text: string; from_business: boolean } | null;
}
export interface Phone extends PersonRow {
  user_id: string;
  phone_hidden: boolean;
  read_receipts: boolean;
  blocked: string[];
  /** Business numbers that are shown as writing now. */
  typing: string[];
  whatsapp: PhoneEntry[];
  sms: PhoneEntry[];
  rcs: PhoneEntry[];
  email_messages: PhoneEntry[];
}
/** A mail as its reader's program has it. */
export interface PhoneMail {
  from: string;
  subject: string;
  text: string;
  /** What a business sent: only for showing in a sandbox. */
  html?: string | null;
  one_click?: string | null;
  unsubscribe_mail?: string | null;
}
export interface SimStatus {
  now: Timestamp;
  people: number;
  cloud: { numbers: { id: string; phone: string; verified_name: string }[] };
  twilio: { numbers: string[] };
  mail?: { business?: string };
}
