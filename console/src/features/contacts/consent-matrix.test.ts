import { expect, test } from 'vitest';

import type { Address, ConsentScope } from '@/lib/api/types';

import { covering, matrix } from './consent-matrix';

const phone = { kind: 'phone' as const, value: '+12025550123' };
const scope = (more: Partial<ConsentScope>): ConsentScope => ({ address: phone, state: 'opted_in', since: '2026-01-01T00:00:00Z', entry: 'csn_1', ...more });

test('a general opt-out covers every channel and purpose after it', () => {
  const state = [scope({ channel: 'whatsapp', purpose: 'promotional' }), scope({ state: 'opted_out', since: '2026-02-01T00:00:00Z', entry: 'csn_2' })];
  expect(covering(state, phone, 'whatsapp', 'promotional')?.entry).toBe('csn_2');
  expect(covering(state, phone, 'sms', 'service')?.entry).toBe('csn_2');
});

test('an entry for one topic, purpose or address says nothing about others', () => {
  expect(covering([scope({ topic: 'offers' })], phone, 'sms', 'promotional')).toBeNull();
  expect(covering([scope({ purpose: 'service' })], phone, 'sms', 'promotional')).toBeNull();
  expect(covering([scope({ address: { kind: 'phone', value: '+12025550100' } })], phone, 'sms', 'promotional')).toBeNull();
});

test('every usable address has a row for each of its channels', () => {
  const addresses = [phone, { kind: 'bsuid' as const, value: 'US.1' }, { kind: 'external' as const, value: 'x' }] as Address[];
  expect(matrix(addresses, []).map((row) => `${row.address.kind}/${row.channel}`)).toEqual(['phone/whatsapp', 'phone/sms', 'bsuid/whatsapp']);
});

test('a ledger about an address that is gone still shows it', () => {
  expect(matrix([], [scope({})])).toHaveLength(2);
});
