import { expect, test } from 'vitest';

import { cardsOf, orderOf } from './structured';

test('a card is read whatever it leaves out', () => {
  expect(cardsOf([{ name: { formatted_name: 'Front desk' }, phones: [{ phone: '+12025550100', type: 'WORK' }, {}], org: { company: 'Demo clinic' } }, { phones: 'none' }, null])).toEqual([
    { name: 'Front desk', organisation: 'Demo clinic', title: null, phones: ['+12025550100'], emails: [], links: [] },
  ]);
});

test('a card without a name goes by its number', () => {
  expect(cardsOf([{ phones: [{ phone: '+12025550101' }] }])[0]?.name).toBe('+12025550101');
});

test('an order shows its products with quantity and price', () => {
  const order = orderOf({ text: 'Please before noon', product_items: [{ product_retailer_id: 'tea', quantity: 2, item_price: 4.5, currency: 'USD' }, { product_retailer_id: 'cup' }, {}] });
  expect(order?.text).toBe('Please before noon');
  expect(order?.items.map((item) => [item.product, item.quantity, item.price !== null])).toEqual([
    ['tea', 2, true],
    ['cup', 1, false],
  ]);
});

test('what is no order is not shown as one', () => {
  expect(orderOf({ catalog_id: '1' })).toBeNull();
  expect(orderOf('text')).toBeNull();
});
