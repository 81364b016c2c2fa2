// What each provider wants to know of a sender, as data: the forms for connecting and for changing one are both made from it. Its words stand in
// `lib/i18n/en/sender-fields`.
export interface SenderField {
  /** The member of the provider's draft; `dkim.domain` stands inside of `dkim`. */
  path: string;
  required?: boolean;
  /** Never shown again once it is saved. */
  secret?: boolean;
  /** Of several lines: keys and certificates. */
  long?: boolean;
  kind?: 'number' | 'check';
  /** An empty choice leaves the member, and the part that it begins, out. */
  choices?: readonly string[];
  initial?: string;
  /** Asked for only where another field has this value. */
  when?: readonly [path: string, value: string];
  /** All fields of a set, or none of them. */
  set?: string;
  /** The heading that it stands under. */
  section?: string;
}

export interface SenderKind {
  perSecond: string;
  fields: SenderField[];
}

const key = (path: string, more: Partial<SenderField> = {}): SenderField => ({ path, ...more });
const secret = { secret: true, required: true } as const;
const under = (section: string, fields: SenderField[]): SenderField[] => fields.map((field) => ({ ...field, section }));
const signature = (path: string): SenderField[] =>
  [key(`${path}.domain`), key(`${path}.selector`), key(`${path}.private_key`, { secret: true, long: true })].map((field) => ({ ...field, set: path, section: path }));

export const senderKinds = {
  whatsapp_cloud: {
    perSecond: '80',
    fields: [
      key('phone_number_id', { required: true }),
      key('waba_id', { required: true }),
      key('access_token', secret),
      key('app_secret', secret),
      key('verify_token', secret),
      key('read_receipts', { kind: 'check', initial: 'true' }),
      key('dataset_id'),
    ],
  },
  twilio: {
    perSecond: '1',
    fields: [key('account_sid', { required: true }), key('auth_token', secret), key('signing_key', { secret: true }), key('messaging_service_sid')],
  },
  smpp: {
    perSecond: '10',
    fields: [
      key('host', { required: true }),
      key('port', { kind: 'number', initial: '2775' }),
      key('system_id', { required: true }),
      key('password', secret),
      key('system_type'),
      key('bind', { choices: ['transceiver', 'pair'], initial: 'transceiver' }),
      key('tls', { kind: 'check' }),
      key('authority', { long: true, when: ['tls', 'true'] }),
      ...under('dialect', [
        key('window', { kind: 'number', initial: '10' }),
        key('submit_with', { choices: ['submit_sm', 'data_sm'], initial: 'submit_sm' }),
        key('concat', { choices: ['udh8', 'udh16', 'sar', 'payload'], initial: 'udh8' }),
        key('default_alphabet', { choices: ['gsm7', 'latin1', 'ascii'], initial: 'gsm7' }),
        key('id_form', { choices: ['same', 'hex_then_decimal', 'decimal_then_hex'], initial: 'same' }),
        key('validity_min', { kind: 'number' }),
      ]),
    ],
  },
  rcs: {
    perSecond: '10',
    fields: [
      key('service_account', { required: true }),
      key('private_key', { ...secret, long: true }),
      key('client_token', secret),
      key('ttl_s', { kind: 'number' }),
      key('on_unknown', { choices: ['try', 'skip'], initial: 'try' }),
      key('base_url'),
    ],
  },
  twilio_rcs: {
    perSecond: '10',
    fields: [key('account_sid', { required: true }), key('auth_token', secret), key('signing_key', { secret: true }), key('ttl_s', { kind: 'number' })],
  },
  email: {
    perSecond: '10',
    fields: [
      key('host', { required: true }),
      key('port', { kind: 'number', initial: '587' }),
      key('security', { choices: ['starttls', 'tls', 'plain'], initial: 'starttls' }),
      key('user'),
      key('password', { secret: true }),
      key('from_name'),
      key('subject', { required: true }),
      key('stream', { choices: ['transactional', 'promotional'], initial: 'transactional' }),
      key('authority', { long: true }),
      ...signature('dkim'),
      ...signature('dkim_also'),
      ...under('service', [
        key('service.kind', { choices: ['', 'ses', 'sendgrid', 'postmark'], initial: '' }),
        key('service.topic_arn', { required: true, when: ['service.kind', 'ses'] }),
        key('service.public_key', { required: true, when: ['service.kind', 'sendgrid'] }),
        key('service.inbound.user', { set: 'service.inbound', when: ['service.kind', 'sendgrid'] }),
        key('service.inbound.password', { secret: true, set: 'service.inbound', when: ['service.kind', 'sendgrid'] }),
        key('service.user', { required: true, when: ['service.kind', 'postmark'] }),
        key('service.password', { ...secret, when: ['service.kind', 'postmark'] }),
      ]),
      ...under('inbound', [key('inbound.domain'), key('inbound.listen')]),
      ...under('tracking', [key('tracking.clicks', { kind: 'check' }), key('tracking.opens', { kind: 'check' }), key('tracking.base')]),
    ],
  },
  telnyx: {
    perSecond: '1',
    fields: [key('api_key', secret), key('public_key', { required: true }), key('messaging_profile_id')],
  },
} satisfies Record<string, SenderKind>;

export type SenderKindName = keyof typeof senderKinds;
export type Values = Record<string, string>;

export const isKind = (name: string | null | undefined): name is SenderKindName => name != null && name in senderKinds;

const fieldsOf = (kind: SenderKindName): readonly SenderField[] => senderKinds[kind].fields;
const text = (values: Values, path: string): string => (values[path] ?? '').trim();

/** What is asked for, given what was chosen so far. */
export function shownFields(kind: SenderKindName, values: Values): SenderField[] {
  return fieldsOf(kind).filter(({ when }) => !when || text(values, when[0]) === when[1]);
}

export function initialFields(kind: SenderKindName): Values {
  return Object.fromEntries(fieldsOf(kind).map((field) => [field.path, field.initial ?? '']));
}

/** The secrets that stay when nothing is written in their fields. Those of a service stay only with the same service. */
export function keptSecrets(settings: { provider: Record<string, unknown>; secrets: string[] }, values: Values): Set<string> {
  const service = (settings.provider.service as { kind?: string } | undefined)?.kind ?? '';
  const paths = settings.secrets.map((pointer) => pointer.replace('/provider/', '').replaceAll('/', '.'));
  return new Set(paths.filter((path) => !path.startsWith('service.') || text(values, 'service.kind') === service));
}

/** The fields that are missing: required ones, and the rest of a set that was begun. */
export function missingFields(kind: SenderKindName, values: Values, kept: Set<string> = new Set()): string[] {
  const fields = shownFields(kind, values);
  const filled = ({ path }: SenderField): boolean => text(values, path) !== '';
  const begun = new Set(fields.filter((field) => field.set && filled(field)).map((field) => field.set));
  // A second signature needs a first one.
  if (begun.has('dkim_also')) begun.add('dkim');
  const listens = text(values, 'inbound.listen') !== '';
  return fields
    .filter((field) => !filled(field) && !kept.has(field.path) && (field.required || (field.set && begun.has(field.set)) || (listens && field.path === 'inbound.domain')))
    .map((field) => field.path);
}

function put(into: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop() ?? '';
  let place = into;
  for (const name of names) place = (place[name] ??= {}) as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
}

/** Parts without a member of their own are left out: a signature without its names is none. */
function pruned(value: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return [[name, member]];
    const inner = pruned(member as Record<string, unknown>);
    return Object.keys(inner).length > 0 ? [[name, inner]] : [];
  });
  return Object.fromEntries(entries);
}

/** The provider's part of the request: what is empty is left out, with its part. `base` are settings that the form does not show. */
export function providerDraft(kind: SenderKindName, values: Values, base: Record<string, unknown> = {}): Record<string, unknown> {
  const draft: Record<string, unknown> = { ...structuredClone(base), kind };
  const shown = new Set(shownFields(kind, values));
  for (const field of fieldsOf(kind)) {
    const raw = text(values, field.path);
    if (field.kind === 'check') put(draft, field.path, raw === 'true');
    else if (raw === '' || !shown.has(field)) put(draft, field.path, undefined);
    else put(draft, field.path, field.kind === 'number' ? Number(raw) : raw);
  }
  return pruned(draft);
}

/** What stands in the form when a connected sender is changed: everything but its secrets. */
export function fieldsFrom(kind: SenderKindName, provider: Record<string, unknown>): Values {
  return Object.fromEntries(
    fieldsOf(kind).map((field) => {
      const value = field.path.split('.').reduce<unknown>((place, name) => (typeof place === 'object' && place !== null ? (place as Record<string, unknown>)[name] : undefined), provider);
      if (field.kind === 'check') return [field.path, value === true ? 'true' : ''];
      return [field.path, typeof value === 'string' || typeof value === 'number' ? String(value) : ''];
    }),
  );
}
