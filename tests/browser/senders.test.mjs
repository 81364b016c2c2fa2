// Senders: connected, described, and given their forms.
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

async function senders(size, work) {
  const { page, context, faults } = await openPage(browser, { url: server.url, size });
  try {
    await page.goto('/settings/senders');
    await settled(page);
    await work(page, page.getByRole('dialog'));
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

async function fits(page, name) {
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
  assert.deepEqual(await violations(page), []);
}

for (const size of ['desktop', 'phone']) {
  test(`a mail sender is connected once what belongs together is there (${size})`, () =>
    senders(size, async (page, dialog) => {
      await page.getByRole('button', { name: 'Connect a sender' }).click();
      await dialog.getByRole('combobox', { name: 'Provider' }).selectOption('email');
      const connect = dialog.getByRole('button', { name: 'Connect a sender' });
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Clinic mail');
      await dialog.getByRole('textbox', { name: 'Address' , exact: true }).fill('hello@example.com');
      await dialog.getByRole('textbox', { name: 'Mail server *' }).fill('smtp.example.com');
      await dialog.getByRole('textbox', { name: 'Subject of mails without one *' }).fill('Your message');
      await dialog.getByRole('textbox', { name: 'DKIM domain' }).fill('example.com');
      assert.equal(await connect.isDisabled(), true, 'a signature needs its selector and its key');
      await dialog.getByRole('textbox', { name: 'DKIM selector' }).fill('s1');
      await dialog.getByRole('textbox', { name: 'DKIM private key' }).fill('a key');
      await fits(page, `sender-connect-${size}`);
      await connect.click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Clinic mail', { exact: true }).first().waitFor();
    }));

  test(`a number's profile is changed, and a form is made from its file (${size})`, () =>
    senders(size, async (page, dialog) => {
      await page.getByRole('button', { name: 'Profile and forms of Demo clinic', exact: true }).click();
      const about = dialog.getByRole('textbox', { name: 'About' });
      await about.fill('Open until 19');
      await dialog.getByText('13 of 139 letters').waitFor();
      await fits(page, `sender-profile-${size}`);
      await dialog.getByRole('button', { name: 'Save the profile' }).click();
      await page.getByText('The profile is saved').waitFor();

      const source = dialog.getByRole('textbox', { name: 'The form' });
      const publish = dialog.getByRole('button', { name: 'Make and publish it' });
      await source.fill('{"name": "lead_capture", "pages": []}');
      await dialog.getByText('It needs pages, each with what it asks.').waitFor();
      assert.equal(await publish.isDisabled(), true);
      await source.fill('{"name": "lead_capture", "pages": [{"screen": "DETAILS", "fields": [{"name": "email", "kind": "email"}]}], "flow": {"version": "7.2", "screens": []}}');
      await publish.click();
      await dialog.getByText('Lead capture', { exact: true }).waitFor();
      assert.equal(await source.inputValue(), '');
    }));
}
