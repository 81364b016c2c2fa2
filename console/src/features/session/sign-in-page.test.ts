import { expect, test } from 'vitest';

import { insidePath } from './sign-in-page';

test('after signing in nobody is led to another site', () => {
  expect(insidePath('/contacts?q=1')).toBe('/contacts?q=1');
  for (const bad of ['https://example.com', '//example.com', '/\\example.com', 'javascript:alert(1)', '/sign-in?next=/sign-in', undefined, '']) expect(insidePath(bad)).toBe('/inbox');
});
