import { expect, test } from 'vitest';

import { isTyping, keyName, match } from './shortcuts';

const press = (key: string, more: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

test('keys are named alike on every system', () => {
  expect(keyName(press('j'))).toBe('j');
  expect(keyName(press('K', { metaKey: true }))).toBe('mod+k');
  expect(keyName(press('Enter', { ctrlKey: true }))).toBe('mod+Enter');
  expect(keyName(press('j', { altKey: true }))).toBe('');
});

test('after the first key of a sequence only sequences count', () => {
  const bindings = ['j', 'g j', 'g i'];
  expect(match(bindings, 'j', null)).toBe('j');
  expect(match(bindings, 'j', 'g')).toBe('g j');
  expect(match(bindings, 'k', 'g')).toBeNull();
});

test('letters are text in fields and commands elsewhere', () => {
  document.body.innerHTML = '<input id="a"><button id="b">x</button><input type="checkbox" id="c"><div class="cm-editor"><div id="d"></div></div>';
  expect(isTyping(document.getElementById('a'))).toBe(true);
  expect(isTyping(document.getElementById('b'))).toBe(false);
  expect(isTyping(document.getElementById('c'))).toBe(false);
  expect(isTyping(document.getElementById('d'))).toBe(true);
  expect(isTyping(null)).toBe(false);
});
