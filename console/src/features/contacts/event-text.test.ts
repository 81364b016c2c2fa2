import { expect, test } from 'vitest';

import type { TimelineEntry } from '@/lib/api/types';

import { eventText } from './event-text';

const entry = (kind: string, data: object = {}) => ({ id: 'tml_1', kind, data }) as TimelineEntry;
const nobody = (): string => '';
const desk = (id: string | null | undefined): string => (id ? 'Desk One' : '');

test('lines are sentences', () => {
  expect(eventText(entry('run_entered', { journey: 'appointment_reminder' }), nobody)).toBe('Entered Appointment reminder');
  expect(eventText(entry('consent_changed', { state: 'opted_out', channel: 'sms', act: 'stop_word' }), nobody)).toBe('Opted out: Everything on SMS (Wrote STOP)');
  expect(eventText(entry('case_assigned', { to: 'usr_1', queue: 'front_desk' }), desk)).toBe('Assigned to Desk One');
  expect(eventText(entry('case_assigned', { to: null, queue: 'front_desk' }), desk)).toBe('Back in the queue Front desk');
  expect(eventText(entry('message_not_sent', { reason: 'no opt-in' }), nobody)).toBe('Nothing was sent: no opt-in');
});

test('a kind that the console does not know is named, and one without data is survived', () => {
  expect(eventText(entry('moon_landed'), nobody)).toBe('Moon landed');
  expect(eventText({ ...entry('case_opened'), data: null }, nobody)).toContain('Handed to');
});

test('a summary that was cut off says so', () => {
  expect(eventText(entry('message_sent', { summary: `${'x'.repeat(139)} ` }), nobody)).toBe(`Message sent: ${'x'.repeat(139)}…`);
  expect(eventText(entry('message_sent', { summary: 'See you' }), nobody)).toBe('Message sent: See you');
});
