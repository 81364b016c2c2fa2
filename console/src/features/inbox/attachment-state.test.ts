import { expect, test } from 'vitest';

import { contentOf, faultOf, fileKind, kindsOf, sizeFault } from './attachment-state';

const buttons = (...titles: string[]) => ({ kind: 'buttons' as const, titles });
const link = (url: string) => faultOf({ kind: 'link', label: 'Open', url }, 'Here it is');
const place = (latitude: string, longitude: string) => faultOf({ kind: 'location', latitude, longitude, name: '', address: '' }, '');

test('a channel that knows only words offers nothing besides them', () => {
  expect(kindsOf('sms')).toEqual([]);
  expect(kindsOf('whatsapp')).toContain('list');
  expect(kindsOf(undefined)).toEqual([]);
});

test('buttons need words, distinct titles and at most twenty letters', () => {
  expect(faultOf(buttons('Yes', 'No'), 'Does it suit you?')).toBeNull();
  expect(faultOf(buttons('Yes', ''), 'Well?')).toEqual({ code: 'missing' });
  expect(faultOf(buttons('Yes', ' Yes'), 'Well?')).toEqual({ code: 'twice' });
  expect(faultOf(buttons('Yes', 'No'), ' ')).toEqual({ code: 'no_words' });
  expect(faultOf(buttons('x'.repeat(21)), 'Well?')).toEqual({ code: 'too_long', max: 20, over: 'label' });
});

test('letters are counted as people see them, so an emoji is one', () => {
  expect(faultOf({ kind: 'buttons', titles: ['🎉'.repeat(20)] }, 'Well?')).toBeNull();
});

test('a link leads to a web address and nowhere else', () => {
  expect(link('https://example.com/a?b=1')).toBeNull();
  for (const url of ['javascript:alert(1)', 'https://', 'ftp://example.com', 'example.com']) expect(link(url)).toEqual({ code: 'not_a_link' });
});

test('a place lies on the earth', () => {
  expect(place('40.7', '-74')).toBeNull();
  for (const [a, b] of [['91', '0'], ['0', '181'], ['', ''], ['north', '1']] as const) expect(place(a, b)).toEqual({ code: 'not_a_place' });
});

test('a contact travels with its number as channels write it', () => {
  const contact = { kind: 'contact' as const, name: ' Front desk ', phone: '+1 (202) 555-0100', email: '' };
  expect(faultOf(contact, '')).toBeNull();
  expect(contentOf(contact, '')).toEqual({ type: 'contacts', people: [{ name: 'Front desk', phones: ['+12025550100'], emails: [] }] });
  expect(faultOf({ ...contact, phone: '5550100' }, '')).toEqual({ code: 'not_a_phone' });
});

test('a list becomes one section whose rows answer with their own ids', () => {
  const list = { kind: 'list' as const, label: 'Times', rows: [{ title: '11:00', description: ' Room 2 ' }, { title: '16:15', description: '' }] };
  expect(faultOf(list, 'Pick one')).toBeNull();
  expect(contentOf(list, 'Pick one ')).toMatchObject({ type: 'list', body: 'Pick one', button: 'Times', sections: [{ rows: [{ id: 'row_1', title: '11:00', description: 'Room 2' }, { id: 'row_2', title: '16:15' }] }] });
});

test('a file goes as what phones make of it, and too large a one is told before it is uploaded', () => {
  expect(['image/png', 'image/webp', 'video/mp4', 'audio/ogg', 'application/pdf'].map(fileKind)).toEqual(['image', 'document', 'video', 'audio', 'document']);
  expect(sizeFault({ type: 'image/png', size: 6 * 1024 * 1024 })).toEqual({ code: 'too_large', max: 5 });
  expect(sizeFault({ type: 'application/pdf', size: 6 * 1024 * 1024 })).toBeNull();
});

const file = (mime: string, name: string) => ({ kind: 'file' as const, chosen: null, file: { id: 'med_1', mime, filename: name, bytes: 3 } });

test('a file may have words, a sound may not, and without a file nothing goes', () => {
  expect(faultOf({ kind: 'file', chosen: null, file: null }, 'Here')).toEqual({ code: 'no_file' });
  expect(faultOf(file('audio/ogg', 'a.ogg'), 'Here')).toEqual({ code: 'no_caption' });
  expect(faultOf(file('image/png', 'a.png'), '')).toBeNull();
  expect(faultOf(file('image/png', 'a.png'), 'x'.repeat(1025))).toEqual({ code: 'too_long', max: 1024, over: 'words' });
  expect(contentOf(file('application/pdf', 'terms.pdf'), ' Our terms ')).toEqual({ type: 'media', kind: 'document', source: { stored: 'med_1' }, caption: 'Our terms', filename: 'terms.pdf' });
  expect(contentOf(file('image/png', 'a.png'), '')).toEqual({ type: 'media', kind: 'image', source: { stored: 'med_1' }, caption: null, filename: null });
});
