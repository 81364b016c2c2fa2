import { expect, test } from 'vitest';

import { humanize, label, t, tn } from './index';

test('slots are filled', () => {
  expect(t('palette.inbox', { view: 'Mine' })).toBe('Inbox: Mine');
});

test('plurals follow the number', () => {
  expect(tn('inbox.unread', 1)).toBe('1 unread message');
  expect(tn('inbox.unread', 1200)).toBe('1,200 unread messages');
});

test('values that the server adds later are readable', () => {
  expect(label('purpose', 'promotional')).toBe('Promotional');
  expect(label('purpose', 'brand_new_kind')).toBe('Brand new kind');
  expect(label('purpose', null)).toBe('');
  expect(humanize('by_sms')).toBe('By SMS');
});
