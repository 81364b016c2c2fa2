// The customers' side: a mail as its reader has it.
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
  test(`a mail is shown as it came, in a frame that can do nothing, and can be opted out of (${size})`, async () => {
    const { page, context, faults } = await openPage(browser, { url: server.url, size });
    try {
      await page.goto('/phones?person=p8');
      await settled(page);
      await page.getByRole('button', { name: 'Your appointment tomorrow' }).click();
      const frame = page.locator('iframe');
      await frame.contentFrame().getByText('tomorrow at 9:30').waitFor();
      assert.equal(await frame.getAttribute('sandbox'), '', 'scripts, forms and navigation stay shut');
      assert.equal(await page.getByRole('link', { name: 'Choose another time' }).getAttribute('rel'), 'noreferrer');
      await page.screenshot({ path: join(screenshots, `phones-mail-open-${size}.png`) });
      assert.deepEqual(await violations(page), []);
      await page.getByRole('button', { name: 'Opt out' }).click();
      await page.getByText('Done. The business is told.').waitFor();
      await page.getByRole('button', { name: 'All mail' }).click();
      await page.getByRole('textbox', { name: 'Write as this customer on Email' }).fill('Is there parking?');
      await page.keyboard.press('Enter');
      await page.getByRole('log').getByText('Is there parking?').waitFor();
      assert.deepEqual(faults, []);
    } finally {
      await context.close();
    }
  });
}
