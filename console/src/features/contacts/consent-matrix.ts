// The matrix of address x channel x purpose, worked out from the scopes that the server gives. For looking only: what may be
// sent is the gate's word, and its decision records say it.
import type { Address, AddressKey, Channel, ConsentScope, Purpose } from '@/lib/api/types';

export const purposes: Purpose[] = ['promotional', 'transactional', 'service', 'authentication'];

export interface MatrixRow {
  address: AddressKey;
  channel: Channel;
  cells: (ConsentScope | null)[];
}

const channelsOf: Record<AddressKey['kind'], Channel[]> = { phone: ['whatsapp', 'sms'], bsuid: ['whatsapp'], email: ['email'], external: [] };

const same = (a: AddressKey, b: AddressKey): boolean => a.kind === b.kind && a.value === b.value;

/** The newest entry that covers a cell; entries for one topic say nothing about the rest. */
export function covering(state: ConsentScope[], address: AddressKey, channel: Channel, purpose: Purpose): ConsentScope | null {
  const found = state.filter(
    (scope) => same(scope.address, address) && !scope.topic && (!scope.channel || scope.channel === channel) && (!scope.purpose || scope.purpose === purpose),
  );
  return found.reduce<ConsentScope | null>((best, scope) => (best && best.since >= scope.since ? best : scope), null);
}

export function matrix(addresses: Address[], state: ConsentScope[]): MatrixRow[] {
  const known = new Map<string, AddressKey>();
  for (const address of [...addresses, ...state.map((scope) => scope.address)]) known.set(`${address.kind}:${address.value}`, { kind: address.kind, value: address.value });
  return [...known.values()].flatMap((address) =>
    channelsOf[address.kind].map((channel) => ({ address, channel, cells: purposes.map((purpose) => covering(state, address, channel, purpose)) })),
  );
}
