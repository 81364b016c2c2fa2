// What each provider wants to know of a sender, as data: the form and the request are both made from it. Its words stand in `lib/i18n/en/sender-fields`.
export interface SenderField {
  /** The member of the provider's draft; `dkim.domain` stands inside of `dkim`. */
  path: string;
  required?: boolean;
  /** Never shown again once it is saved. */
  secret?: boolean;
  /** Of several lines: keys. */
  long?: boolean;
  kind?: 'number' | 'check';
  choices?: readonly string[];
  initial?: string;
}

export interface SenderKind {
  perSecond: string;
  fields: SenderField[];
}

const key = (path: string, more: Partial<SenderField> = {}): SenderField => ({ path, ...more });
const secret = { secret: true, required: true } as const;

export const senderKinds = {
  whatsapp_cloud: {
    perSecond: '80',
    fields: [
      key('phone_number_id', { required: true }),
      key('waba_id', { required: true }),
      key('access_token', secret),
      key('app_secret', secret),
      key('verify_token', secret),
    ],
  },
  twilio: {
    perSecond: '1',
    fields: [key('account_sid', { required: true }), key('auth_token', secret), key('messaging_service_sid')],
  },
  rcs: {
    perSecond: '10',
    fields: [
      key('service_account', { required: true }),
      key('private_key', { ...secret, long: true }),
      key('client_token', secret),
      key('ttl_s', { kind: 'number' }),
      key('base_url'),
    ],
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
      key('dkim.domain'),
      key('dkim.selector'),
      key('dkim.private_key', { secret: true, long: true }),
      key('inbound.domain'),
      key('inbound.listen'),
      key('tracking.clicks', { kind: 'check' }),
      key('tracking.opens', { kind: 'check' }),
    ],
  },
  telnyx: {
    perSecond: '1',
    fields: [key('api_key', secret), key('public_key', { required: true }), key('messaging_profile_id')],
  },
} as const satisfies Record<string, SenderKind>;

export type SenderKindName = keyof typeof senderKinds;

export function initialFields(kind: SenderKindName): Record<string, string> {
  const fields: readonly SenderField[] = senderKinds[kind].fields;
  return Object.fromEntries(fields.map((field) => [field.path, field.initial ?? '']));
}

/** The fields that are missing: required ones, and those of a group that was begun. */
export function missingFields(kind: SenderKindName, values: Record<string, string>): string[] {
  const fields: readonly SenderField[] = senderKinds[kind].fields;
  const filled = (field: SenderField): boolean => (values[field.path] ?? '').trim() !== '';
  const begun = new Set(fields.filter((field) => field.path.startsWith('dkim.') && filled(field)).map(() => 'dkim'));
  const listens = kind === 'email' && (values['inbound.listen'] ?? '').trim() !== '';
  return fields
    .filter((field) => !filled(field) && (field.required || (begun.has('dkim') && field.path.startsWith('dkim.')) || (listens && field.path === 'inbound.domain')))
    .map((field) => field.path);
}

/** The provider's part of the request: what is empty is left out, with its group. */
export function providerDraft(kind: SenderKindName, values: Record<string, string>): Record<string, unknown> {
  const draft: Record<string, unknown> = { kind };
  const fields: readonly SenderField[] = senderKinds[kind].fields;
  for (const field of fields) {
    const raw = (values[field.path] ?? '').trim();
    if (raw === '') continue;
    const value = field.kind === 'number' ? Number(raw) : field.kind === 'check' ? raw === 'true' : raw;
    const [group, member] = field.path.split('.') as [string, string?];
    if (member === undefined) draft[group] = value;
    else draft[group] = { ...(draft[group] as object | undefined), [member]: value };
  }
  return draft;
}
