import { expect, test } from 'vitest';

import { fieldsFrom, initialFields, keptSecrets, missingFields, providerDraft, shownFields } from './sender-kinds';

const mail = { ...initialFields('email'), host: ' smtp.example.com ', subject: 'Your message' };
const plain = { kind: 'email', host: 'smtp.example.com', port: 587, security: 'starttls', subject: 'Your message', stream: 'transactional', tracking: { clicks: false, opens: false } };

test('a mail sender without a key leaves its signature to the server', () => {
  expect(missingFields('email', mail)).toEqual([]);
  expect(providerDraft('email', mail)).toEqual(plain);
});

test('a signature that was begun wants all three of its parts, and a second one wants a first', () => {
  const values = { ...mail, 'dkim.domain': 'example.com' };
  expect(missingFields('email', values)).toEqual(['dkim.selector', 'dkim.private_key']);
  expect(providerDraft('email', { ...values, 'dkim.selector': 's1', 'dkim.private_key': 'key' }).dkim).toEqual({ domain: 'example.com', selector: 's1', private_key: 'key' });
  expect(missingFields('email', { ...mail, 'dkim_also.domain': 'example.com', 'dkim_also.selector': 's2', 'dkim_also.private_key': 'key' })).toEqual(['dkim.domain', 'dkim.selector', 'dkim.private_key']);
});

test('a listener needs the domain whose mail it takes', () => {
  expect(missingFields('email', { ...mail, 'inbound.listen': '0.0.0.0:2525' })).toEqual(['inbound.domain']);
});

test('a sending service asks for what proves its webhooks, and for nothing of the others', () => {
  const of = (kind: string) => shownFields('email', { ...mail, 'service.kind': kind }).flatMap((field) => (field.section === 'service' ? [field.path] : []));
  expect(of('')).toEqual(['service.kind']);
  expect(of('ses')).toEqual(['service.kind', 'service.topic_arn']);
  expect(of('postmark')).toEqual(['service.kind', 'service.user', 'service.password']);
  const sendgrid = { ...mail, 'service.kind': 'sendgrid', 'service.public_key': 'MFk', 'service.inbound.user': 'hook', 'service.topic_arn': 'left over' };
  expect(missingFields('email', sendgrid)).toEqual(['service.inbound.password']);
  expect(providerDraft('email', { ...sendgrid, 'service.inbound.password': 'a long enough one' }).service).toEqual({ kind: 'sendgrid', public_key: 'MFk', inbound: { user: 'hook', password: 'a long enough one' } });
});

test('seconds and switches travel as numbers and truth values, also a switch that is off', () => {
  expect(providerDraft('rcs', { ttl_s: '600' })).toEqual({ kind: 'rcs', ttl_s: 600 });
  expect(providerDraft('email', { 'tracking.clicks': 'true' }).tracking).toEqual({ clicks: true, opens: false });
  expect(providerDraft('whatsapp_cloud', initialFields('whatsapp_cloud'))).toEqual({ kind: 'whatsapp_cloud', read_receipts: true });
});

test('credentials that a provider wants are asked for', () => {
  expect(missingFields('whatsapp_cloud', {})).toContain('app_secret');
  expect(missingFields('smpp', initialFields('smpp'))).toEqual(['host', 'system_id', 'password']);
});

test('a connected sender is changed without its secrets, and what the form does not show stays', () => {
  const settings = {
    provider: { kind: 'whatsapp_cloud', phone_number_id: '1', waba_id: '2', read_receipts: true, graph_version: 'v26.0' },
    secrets: ['/provider/access_token', '/provider/app_secret', '/provider/verify_token'],
  };
  const values = { ...fieldsFrom('whatsapp_cloud', settings.provider), read_receipts: '' };
  expect(missingFields('whatsapp_cloud', values, keptSecrets(settings, values))).toEqual([]);
  expect(providerDraft('whatsapp_cloud', values, settings.provider)).toEqual({ ...settings.provider, read_receipts: false });
  expect(providerDraft('whatsapp_cloud', { ...values, access_token: 'new' }, settings.provider)).toMatchObject({ access_token: 'new' });
});

test('a secret of another service is not kept, and an emptied signature is taken away', () => {
  const settings = {
    provider: { ...plain, dkim: { domain: 'example.com', selector: 's1' }, service: { kind: 'postmark', user: 'hook' } },
    secrets: ['/provider/dkim/private_key', '/provider/service/password'],
  };
  const values = fieldsFrom('email', settings.provider);
  expect(missingFields('email', values, keptSecrets(settings, values))).toEqual([]);
  expect(providerDraft('email', values, settings.provider)).toEqual(settings.provider);
  const other = { ...values, 'service.kind': 'ses', 'service.topic_arn': 'arn:aws:sns:us-east-1:123456789012:mail' };
  expect([...keptSecrets(settings, other)]).toEqual(['dkim.private_key']);
  expect(providerDraft('email', other, settings.provider).service).toEqual({ kind: 'ses', topic_arn: 'arn:aws:sns:us-east-1:123456789012:mail' });
  expect(providerDraft('email', { ...values, 'dkim.domain': '', 'dkim.selector': '' }, settings.provider)).not.toHaveProperty('dkim');
});
