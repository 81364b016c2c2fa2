import { expect, test } from 'vitest';

import { initialFields, missingFields, providerDraft } from './sender-kinds';

test('a mail sender without a key leaves its signature to the server', () => {
  const values = { ...initialFields('email'), host: ' smtp.example.com ', subject: 'Your message' };
  expect(missingFields('email', values)).toEqual([]);
  expect(providerDraft('email', values)).toEqual({ kind: 'email', host: 'smtp.example.com', port: 587, security: 'starttls', subject: 'Your message', stream: 'transactional' });
});

test('a signature that was begun wants all three of its parts', () => {
  const values = { ...initialFields('email'), host: 'smtp.example.com', subject: 'Your message', 'dkim.domain': 'example.com' };
  expect(missingFields('email', values)).toEqual(['dkim.selector', 'dkim.private_key']);
  expect(providerDraft('email', { ...values, 'dkim.selector': 's1', 'dkim.private_key': 'key' }).dkim).toEqual({ domain: 'example.com', selector: 's1', private_key: 'key' });
});

test('a listener needs the domain whose mail it takes', () => {
  const values = { ...initialFields('email'), host: 'smtp.example.com', subject: 'x', 'inbound.listen': '0.0.0.0:2525' };
  expect(missingFields('email', values)).toEqual(['inbound.domain']);
});

test('seconds and switches travel as numbers and truth values', () => {
  expect(providerDraft('rcs', { ttl_s: '600' })).toEqual({ kind: 'rcs', ttl_s: 600 });
  expect(providerDraft('email', { 'tracking.clicks': 'true' }).tracking).toEqual({ clicks: true });
});

test('credentials that a provider wants are asked for', () => {
  expect(missingFields('whatsapp_cloud', {})).toContain('app_secret');
});
