import { expect, test } from 'vitest';

import { readForm } from './form-file';

const file = { name: 'lead_capture', pages: [{ screen: 'DETAILS', fields: [{ name: 'email', kind: 'email' }] }], flow: { version: '7.2', screens: [] } };

test('a form file is sent as it is', () => {
  expect(readForm(JSON.stringify(file))).toEqual({ draft: file });
});

test('what is missing is told before anything is sent', () => {
  expect(readForm('{')).toEqual({ fault: 'not_json' });
  expect(readForm('[]')).toEqual({ fault: 'not_json' });
  expect(readForm(JSON.stringify({ ...file, name: ' ' }))).toEqual({ fault: 'no_name' });
  expect(readForm(JSON.stringify({ ...file, pages: [] }))).toEqual({ fault: 'no_pages' });
  expect(readForm(JSON.stringify({ ...file, flow: [] }))).toEqual({ fault: 'no_layout' });
});
