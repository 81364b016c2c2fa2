// Templates: written with every part, and changed in one language.
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
      const save = dialog.getByRole('button', { name: 'Save the template' });
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

async function editor(size, work) {
  const { page, context, faults } = await openPage(browser, { url: server.url, size });
  try {
    await page.goto('/settings/templates');
    await settled(page);
    await work(page, page.getByRole('dialog'));
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

async function shown(page, name) {
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
  assert.deepEqual(await violations(page), []);
}

for (const size of ['desktop', 'phone']) {
  test(`a template is written with a picture, an offer, buttons and cards, and saved once the rules are kept (${size})`, () =>
    editor(size, async (page, dialog) => {
      await page.getByRole('button', { name: 'New template' }).click();
      const save = dialog.getByRole('button', { name: 'Save the template' });
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('spring_offer');
      await dialog.getByRole('combobox', { name: 'Purpose' }).selectOption('promotional');
      await dialog.getByRole('combobox', { name: 'Kind of header' }).selectOption('image');
      await dialog.getByRole('checkbox', { name: /A limited-time offer/ }).check();
      await dialog.getByRole('textbox', { name: 'What is offered' }).fill('Ends soon');
      await dialog.getByRole('textbox', { name: 'Text', exact: true }).fill('{{first_name}}, it is spring.');
      await dialog.getByText('A variable may not stand at the start or the end.').waitFor();
      await dialog.getByRole('textbox', { name: 'Text', exact: true }).fill('Good morning {{first_name}}, it is spring.');
      await dialog.getByRole('button', { name: 'Add a button' }).click();
      const button = dialog.getByRole('group', { name: 'Button 1' });
      await button.getByRole('combobox', { name: 'Kind of button' }).selectOption('url');
      await button.getByRole('textbox', { name: 'Label' }).fill('Book now');
      await button.getByRole('textbox', { name: 'Link' }).fill('https://example.com/{{slot}}/now');
      await button.getByText('One variable, at the end.').waitFor();
      await button.getByRole('textbox', { name: 'Link' }).fill('https://example.com/{{slot}}');
      for (const [name, value] of [['header_image', 'https://example.com/a.png'], ['ends_at', '2030-01-01T00:00:00Z'], ['first_name', 'Sam'], ['slot', 'thursday']]) {
        await dialog.getByRole('textbox', { name: `Example of ${name}` }).fill(value);
      }
      await shown(page, `template-offer-${size}`);
      assert.equal(await save.isEnabled(), true);

      await dialog.getByRole('button', { name: 'Add cards' }).click();
      assert.equal(await save.isDisabled(), true, 'cards need their texts');
      for (const n of [1, 2]) {
        await dialog.getByRole('textbox', { name: `Text of card ${n}` }).fill(`Room ${n} is free.`);
        await dialog.getByRole('group', { name: `Card ${n}` }).getByRole('textbox', { name: 'Label' }).fill('Take it');
        await dialog.getByRole('textbox', { name: `Example of card_${n}_image` }).fill('https://example.com/room.png');
      }
      await shown(page, `template-cards-${size}`);
      await save.click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByText('spring_offer', { exact: true }).waitFor();
      await page.getByText('Room 2 is free.').waitFor();
    }));
}

test('a one-time code is written in two languages, and a refusal stands where the text is mended', () =>
  editor('desktop', async (page, dialog) => {
    await page.getByRole('button', { name: 'Edit check_up_offer' }).click();
    await dialog.getByText('Refused in review: Promotional content was submitted as utility.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'New template' }).click();
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('sign_in');
    await dialog.getByRole('combobox', { name: 'Purpose' }).selectOption('authentication');
    await dialog.getByRole('spinbutton', { name: 'Holds for (minutes)' }).fill('91');
    await dialog.getByText('1 to 90 minutes.').waitFor();
    await dialog.getByRole('spinbutton', { name: 'Holds for (minutes)' }).fill('10');
    await dialog.getByRole('textbox', { name: 'Example of code' }).fill('493817');
    await dialog.getByRole('textbox', { name: 'Code: es, pt-BR' }).fill('es');
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'es', exact: true, pressed: true }).waitFor();
    await dialog.getByRole('textbox', { name: 'Text', exact: true }).fill('Su código es {{code}}.');
    await shown(page, 'template-code-desktop');
    await dialog.getByRole('button', { name: 'Save the template' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('sign_in', { exact: true }).waitFor();
  }));

test('a draft is submitted, and a template is deleted only after a second press', () =>
  editor('desktop', async (page) => {
    await page.getByRole('button', { name: 'Submit for review' }).first().click();
    await page.getByText('In review', { exact: true }).first().waitFor();
    const remove = page.getByRole('button', { name: 'Delete' }).last();
    await remove.click();
    await page.getByRole('button', { name: 'Delete here and at the provider' }).click();
    await page.getByText('check_up_offer', { exact: true }).waitFor({ state: 'detached' });
  }));
