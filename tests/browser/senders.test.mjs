// Senders: connected, changed, described, and given their forms.
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
      await dialog.getByRole('textbox', { name: 'DKIM domain', exact: true }).fill('example.com');
      assert.equal(await connect.isDisabled(), true, 'a signature needs its selector and its key');
      await dialog.getByRole('textbox', { name: 'DKIM selector', exact: true }).fill('s1');
      await dialog.getByRole('textbox', { name: 'DKIM private key', exact: true }).fill('a key');
      await fits(page, `sender-connect-${size}`);
      await connect.click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Clinic mail', { exact: true }).first().waitFor();
    }));

  test(`an RCS sender at Twilio is connected (${size})`, () =>
    senders(size, async (page, dialog) => {
      await page.getByRole('button', { name: 'Connect a sender' }).click();
      await dialog.getByRole('combobox', { name: 'Provider' }).selectOption('twilio_rcs');
      const connect = dialog.getByRole('button', { name: 'Connect a sender' });
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Clinic on RCS');
      await dialog.getByRole('textbox', { name: 'RCS sender id', exact: true }).fill('example_brand');
      await dialog.getByRole('textbox', { name: 'Account SID *' }).fill('AC00000000000000000000000000000000');
      assert.equal(await connect.isDisabled(), true, 'the token is missing');
      await dialog.getByRole('textbox', { name: 'Auth token *' }).fill('a token');
      await fits(page, `sender-twilio-rcs-${size}`);
      await connect.click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('Clinic on RCS', { exact: true }).first().waitFor();
    }));

  test(`a sender is changed, and an empty field keeps its secret (${size})`, () =>
    senders(size, async (page, dialog) => {
      await page.getByRole('button', { name: 'Edit Demo clinic', exact: true }).click();
      const token = dialog.getByLabel('Access token');
      await token.waitFor();
      assert.equal(await token.inputValue(), '', 'no secret is shown');
      assert.equal(await token.getAttribute('placeholder'), 'Kept; write here to replace it');
      const receipts = dialog.getByRole('checkbox', { name: /Show people that their messages were read/ });
      assert.equal(await receipts.isChecked(), true);
      await receipts.uncheck();
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Front desk');
      await fits(page, `sender-edit-${size}`);
      await dialog.getByRole('button', { name: 'Save the sender' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Edit Front desk', exact: true }).click();
      await receipts.waitFor();
      assert.equal(await receipts.isChecked(), false);
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

test('a message centre and a sending service are asked for what they need, and for nothing of others', () =>
  senders('desktop', async (page, dialog) => {
    await page.getByRole('button', { name: 'Connect a sender' }).click();
    const connect = dialog.getByRole('button', { name: 'Connect a sender' });
    await dialog.getByRole('combobox', { name: 'Provider' }).selectOption('smpp');
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Centre');
    await dialog.getByRole('textbox', { name: 'Sender', exact: true }).fill('Example');
    await dialog.getByRole('textbox', { name: 'Host *' }).fill('smsc.example.com');
    await dialog.getByRole('textbox', { name: 'System id *' }).fill('shop');
    assert.equal(await connect.isDisabled(), true);
    await dialog.getByLabel('Password *').fill('secret');
    assert.equal(await connect.isEnabled(), true);
    assert.equal(await dialog.getByRole('textbox', { name: 'Certificates of the authority (PEM)' }).count(), 0);
    await dialog.getByRole('checkbox', { name: /TLS/ }).check();
    await dialog.getByRole('textbox', { name: 'Certificates of the authority (PEM)' }).waitFor();
    await fits(page, 'sender-smpp-desktop');

    await dialog.getByRole('combobox', { name: 'Provider' }).selectOption('email');
    await dialog.getByRole('textbox', { name: 'Mail server *' }).fill('smtp.example.com');
    await dialog.getByRole('textbox', { name: 'Subject of mails without one *' }).fill('Your message');
    const service = dialog.getByRole('combobox', { name: 'Service' });
    await service.selectOption('ses');
    await dialog.getByRole('textbox', { name: 'Topic of SNS *' }).fill('arn:aws:sns:us-east-1:123456789012:mail');
    assert.equal(await connect.isEnabled(), true);
    await service.selectOption('sendgrid');
    assert.equal(await dialog.getByRole('textbox', { name: 'Topic of SNS *' }).count(), 0);
    await dialog.getByRole('textbox', { name: 'Verification key *' }).fill('MFkwEwYHKoZIzj0CAQ');
    await dialog.getByRole('textbox', { name: 'Name in the address of inbound parse' }).fill('hook');
    assert.equal(await connect.isDisabled(), true, 'a name needs its password');
    await dialog.getByLabel('Password in the address of inbound parse').fill('a password of some length');
    await fits(page, 'sender-service-desktop');
    await connect.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Centre', { exact: true }).first().waitFor();
  }));

test('what an examination finds stands whole on the screen, with the way to mend it', () =>
  senders('desktop', async (page) => {
    await page.getByRole('button', { name: 'Examine the set-up of Demo clinic', exact: true }).click();
    const found = page.getByRole('status').filter({ hasText: 'SPF' });
    await found.waitFor();
    const right = await found.evaluate((element) => Math.max(...[...element.querySelectorAll('li')].map((item) => item.getBoundingClientRect().right)));
    assert.ok(right <= 1440, `it ends at ${right} px`);
    await fits(page, 'sender-examined-desktop');
  }));
