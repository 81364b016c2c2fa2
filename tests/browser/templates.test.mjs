// A template's words: written, and changed in one language.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';

import { launch, openPage, screenshots, settled, violations } from './lib/browser.mjs';
import { serveMock } from './lib/serve.mjs';

let server;
let browser;
before(async () => {
  server = await serveMock();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

for (const size of ['desktop', 'phone']) {
  test(`a text is changed, and a new variable asks for its example (${size})`, async () => {
    const { page, context, faults } = await openPage(browser, { url: server.url, size });
    try {
      await page.goto('/settings/templates');
      await settled(page);
      await page.getByRole('button', { name: 'Edit check_up_offer' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Text', exact: true }).fill('Hello {{first_name}}, your check-up is free until {{day}}.');
      const save = dialog.getByRole('button', { name: 'Save the text' });
      assert.equal(await save.isDisabled(), true);
      await dialog.getByRole('textbox', { name: 'Example of day' }).fill('Friday');
      await page.screenshot({ path: join(screenshots, `template-edit-${size}.png`) });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
      assert.deepEqual(await violations(page), []);
      await save.click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('your check-up is free until').first().waitFor();
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  });
}
