// What an agent can answer with besides words: quotes, reactions, and what goes along with a text.
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

async function inConversation(work, options = {}) {
  const { page, context, faults } = await openPage(browser, { url: server.url, ...options });
  try {
    await page.goto('/inbox/cnv_01kan9q4tz7c8d2f5w0h00000b?view=all');
    await settled(page);
    await work(page, page.getByRole('log', { name: 'Messages' }));
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

const send = (page) => page.locator('form').getByRole('button', { name: 'Send', exact: true });

for (const size of ['desktop', 'phone']) {
  test(`a reply quotes the message that was picked (${size})`, () =>
    inConversation(
      async (page, log) => {
        const question = log.getByText('Where exactly are you', { exact: false }).first();
        await question.scrollIntoViewIfNeeded();
        await question.hover();
        await log.getByRole('button', { name: 'Reply to this message' }).first().focus();
        await page.keyboard.press('Enter');
        await page.getByText('Answering').waitFor();
        await page.keyboard.type('Right at the harbour.');
        await page.screenshot({ path: join(screenshots, `composer-quote-${size}.png`) });
        await page.keyboard.press('Control+Enter');
        const mine = log.getByText('Right at the harbour.');
        await mine.waitFor();
        assert.equal(await log.locator('blockquote').last().isVisible(), true);
        await page.getByText('Answering').waitFor({ state: 'detached' });
      },
      { size },
    ));
}

test('a reaction stands on its message and is no message of its own', () =>
  inConversation(async (page, log) => {
    await log.getByRole('button', { name: 'React with an emoji' }).last().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: '🎉' }).or(page.getByRole('menuitemcheckbox', { name: '🎉' })).or(page.getByRole('menuitemradio', { name: '🎉' })).first().click();
    await log.getByText('We reacted 🎉').waitFor({ state: 'attached' });
    assert.equal(await log.getByText('reacted 🎉', { exact: true }).count(), 0);
  }));

test('buttons are sent once they keep the rules, and the rule that is broken is told before', () =>
  inConversation(async (page, log) => {
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Answer buttons' }).click();
    await page.getByRole('textbox', { name: 'Reply' }).fill('Shall I book it?');
    await page.getByRole('textbox', { name: 'Button 1' }).fill('Yes, please book it for me');
    await page.getByText('A button holds at most 20 letters.').waitFor();
    assert.equal(await send(page).isDisabled(), true);
    await page.screenshot({ path: join(screenshots, 'composer-buttons-desktop.png') });
    assert.deepEqual(await violations(page), []);
    await page.getByRole('textbox', { name: 'Button 1' }).fill('Yes, book it');
    await page.getByRole('textbox', { name: 'Button 2' }).fill('Not now');
    await send(page).click();
    await log.getByText('Not now').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Button 1' }).count(), 0);
  }));

test('a place goes out without words, on a phone as well', () =>
  inConversation(
    async (page, log) => {
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await page.getByRole('menuitem', { name: 'A place' }).click();
      await page.getByRole('textbox', { name: 'Latitude' }).fill('40.7');
      await page.getByRole('textbox', { name: 'Longitude' }).fill('-74');
      await page.getByRole('textbox', { name: 'Name of the place' }).fill('Side door');
      await page.screenshot({ path: join(screenshots, 'composer-place-phone.png') });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
      await send(page).click();
      await log.getByText('Side door').waitFor();
    },
    { size: 'phone' },
  ));

const templates = (page) => page.getByRole('button', { name: 'Use a template' });

for (const size of ['desktop', 'phone']) {
  test(`each part of a template is filled by its own rule, beside how it will look (${size})`, () =>
    inConversation(
      async (page, log) => {
        await templates(page).click();
        await page.getByRole('combobox', { name: 'Template' }).selectOption({ label: 'autumn_offer · en' });
        const preview = page.getByRole('region', { name: 'Preview' });
        await page.getByRole('textbox', { name: 'Link to the picture' }).fill('http://example.com/a.png');
        await page.getByText('An https link, or the id of a stored file').waitFor();
        await page.getByRole('textbox', { name: 'Link to the picture' }).fill('https://example.com/a.png');
        await page.getByRole('textbox', { name: 'Code to copy' }).fill('SIXTEENLETTERS16');
        await page.getByText('At most 15 characters').waitFor();
        await page.getByRole('textbox', { name: 'Code to copy' }).fill('AUTUMN20');
        await page.getByLabel('Ends at').fill('2020-01-01T10:00');
        await page.getByText('This moment has passed.').waitFor();
        await page.getByLabel('Ends at').fill('2099-01-01T10:00');
        await page.getByRole('textbox', { name: 'End of the link' }).fill('https://example.com/book/thursday');
        await page.getByText('Only what comes after https://example.com/book/.').waitFor();
        assert.equal(await send(page).isDisabled(), true);
        await page.getByRole('textbox', { name: 'End of the link' }).fill('thursday');
        await preview.getByText('Copy AUTUMN20').waitFor();
        await page.screenshot({ path: join(screenshots, `composer-template-${size}.png`) });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
        assert.deepEqual(await violations(page), []);
        await send(page).click();
        await log.getByText('AUTUMN20').waitFor();
      },
      { size },
    ));
}

test('the cards of a template are filled one by one, and a code is asked for as a code', () =>
  inConversation(async (page, log) => {
    await templates(page).click();
    await page.getByRole('combobox', { name: 'Template' }).selectOption({ label: 'two_rooms · en' });
    for (const n of [1, 2]) {
      const card = page.getByRole('group', { name: `Card ${n}` });
      await card.getByRole('textbox', { name: 'Link to the picture' }).fill(`https://example.com/${n}.png`);
      await card.getByRole('textbox', { name: 'Variable 1' }).fill('Thursday');
      await card.getByRole('textbox', { name: 'End of the link' }).fill(`room-${n}`);
    }
    await page.getByRole('list', { name: 'Cards' }).getByText('Room 2 is free on').waitFor();
    await page.screenshot({ path: join(screenshots, 'composer-template-cards-desktop.png') });
    await send(page).click();
    await log.getByText('Two rooms are free this week').waitFor();

    await templates(page).click();
    await page.getByRole('combobox', { name: 'Template' }).selectOption({ label: 'sign_in_code · en' });
    await page.getByRole('textbox', { name: 'One-time code' }).fill('493817');
    await page.getByRole('region', { name: 'Preview' }).getByText('This code expires in 10 minutes.').waitFor();
    assert.equal(await send(page).isEnabled(), true);
  }));

for (const size of ['desktop', 'phone']) {
  test(`a file is chosen, kept and sent with its words, and one that is too large is told before (${size})`, () =>
    inConversation(
      async (page, log) => {
        await page.getByRole('button', { name: 'Add', exact: true }).click();
        await page.getByRole('menuitem', { name: 'A file' }).click();
        const input = page.locator('form input[type=file]');
        await input.setInputFiles({ name: 'large.png', mimeType: 'image/png', buffer: Buffer.alloc(6 * 1024 * 1024) });
        await page.getByText('The channel takes at most 5 MB of this kind').waitFor();
        assert.equal(await send(page).isDisabled(), true);
        await input.setInputFiles({ name: 'the-way.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') });
        await page.getByText('the-way.pdf').waitFor();
        await page.getByRole('textbox', { name: 'Reply' }).fill('The way from the station');
        await page.screenshot({ path: join(screenshots, `composer-file-${size}.png`) });
        assert.deepEqual(await violations(page), []);
        await send(page).click();
        await log.getByText('the-way.pdf').last().waitFor();
        await page.locator('form input[type=file]').waitFor({ state: 'detached' });
      },
      { size },
    ));
}

test('a pasted file goes along', () =>
  inConversation(async (page) => {
    await page.getByRole('textbox', { name: 'Reply' }).focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['%PDF-1.7'], 'pasted.pdf', { type: 'application/pdf' }));
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await page.getByText('pasted.pdf').waitFor();
    assert.equal(await send(page).isDisabled(), false);
  }));

test('a dropped file goes along, and where none can go it is said', () =>
  inConversation(async (page) => {
    const drop = () =>
      page.locator('form').last().evaluate((form) => {
        const data = new DataTransfer();
        data.items.add(new File(['%PDF-1.7'], 'dropped.pdf', { type: 'application/pdf' }));
        form.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      });
    await page.getByRole('radio', { name: 'Note' }).click();
    await drop();
    await page.getByText('No file can go along here').waitFor();
    await page.getByRole('radio', { name: 'Reply' }).click();
    await drop();
    await page.getByText('dropped.pdf').waitFor();
  }));

test('the name of whoever one talks with is readable beside what one can do', async () => {
  await inConversation(async (page) => {
    for (const width of [1280, 1440, 1600]) {
      await page.setViewportSize({ width, height: 860 });
      const name = await page.getByRole('main').getByRole('heading', { level: 2 }).first().boundingBox();
      const action = await page.getByRole('button', { name: /^(Take it|Resolve)$/ }).first().boundingBox();
      assert.ok(name.width > 60, `${width}: ${name.width} wide`);
      assert.ok(name.x + name.width <= action.x, `${width}: it ends at ${name.x + name.width}, and the button begins at ${action.x}`);
    }
  });
});
