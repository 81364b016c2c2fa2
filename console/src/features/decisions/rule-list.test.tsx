import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';

import { decisions } from '@/lib/mock/records';

import { RuleList } from './rule-list';

test('u4_rules_keep_their_order_and_say_their_outcome_in_words', () => {
  document.body.innerHTML = renderToStaticMarkup(<RuleList rules={decisions('ctc_1', 1)[1]!.rules} />);
  const items = [...document.querySelectorAll('li')].map((item) => item.textContent ?? '');
  expect(items).toHaveLength(3);
  expect(items[0]).toContain('Allowed');
  expect(items[1]).toContain('Refused');
  expect(items[1]).toContain('They switched promotional messages off on WhatsApp three days ago.');
  // What the rule looked at can be opened.
  expect(document.querySelectorAll('details')[1]?.textContent).toContain('platform_switch');
});
