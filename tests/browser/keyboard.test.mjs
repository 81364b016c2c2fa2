// The inbox without a mouse, and what a person meets while answering: conflict, closed window, notes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { launch, openPage, settled, violations } from './lib/browser.mjs';
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

async function at(path, work, options = {}) {
  const { page, context, faults } = await openPage(browser, { url: server.url, ...options });
  try {
    await page.goto(path);
    await settled(page);
    await work(page);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** The conversation that is open, by its heading. */
const heading = (page) => page.getByRole('heading', { level: 2 }).first();

test('an agent works through the inbox with the keyboard alone', () =>
  at('/inbox', async (page) => {
    await page.keyboard.press('j');
    await heading(page).waitFor();
    const first = await heading(page).textContent();
    await page.keyboard.press('j');
    await page.waitForFunction((before) => document.querySelector('h2')?.textContent !== before, first);
    await page.keyboard.press('k');
    await page.waitForFunction((before) => document.querySelector('h2')?.textContent === before, first);

    await page.keyboard.press('r');
    await page.getByRole('textbox', { name: 'Reply' }).waitFor();
    await page.keyboard.type('Please bring the letter, nothing else.');
    await page.locator('form').getByRole('button', { name: 'Send', exact: true, disabled: false }).waitFor();
    await page.keyboard.press('Control+Enter');
    const log = page.getByRole('log', { name: 'Messages' });
    await log.getByText('Please bring the letter, nothing else.').waitFor();
    await log.getByText('Read', { exact: true }).last().waitFor({ state: 'attached', timeout: 8000 });
    assert.equal(await page.getByRole('textbox', { name: 'Reply' }).inputValue(), '');

    await page.keyboard.press('Escape');
    await page.keyboard.press('n');
    await page.getByRole('textbox', { name: 'Note' }).waitFor();
    await page.keyboard.type('Has the letter at home.');
    await page.keyboard.press('Control+Enter');
    await log.getByText('Has the letter at home.').waitFor();
    await log.getByText('Internal note').last().waitFor();

    await page.keyboard.press('Escape');
    await page.keyboard.press('a');
    await page.getByRole('menuitem', { name: 'Desk One (you)' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await log.getByText('Assigned to Desk One').waitFor();

    await page.keyboard.press('e');
    const dialog = page.getByRole('dialog', { name: 'Resolve this conversation' });
    await dialog.waitFor();
    assert.deepEqual(await violations(page), []);
    await dialog.getByRole('button', { name: 'Resolve' }).focus();
    await page.keyboard.press('Enter');
    await log.getByText('Resolved by Desk One: Question answered').waitFor();
  }));

test('letters are text while somebody types, and commands again afterwards', () =>
  at('/inbox', async (page) => {
    await page.keyboard.press('/');
    await page.keyboard.type('njk');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'njk');
    await page.getByText('Nothing found for “njk”').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('j');
    await page.getByRole('heading', { name: 'Journeys', level: 1 }).waitFor();
  }));

test('the palette finds screens, journeys and contacts', () =>
  at('/inbox', async (page) => {
    await page.keyboard.press('Control+k');
    const box = page.getByRole('combobox');
    await box.fill('contact 017');
    await page.getByRole('option', { name: /Contact 017/ }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Contact 017', level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }));

test('a97_the_second_of_two_agents_sees_the_other_reply_before_anything_is_sent', () =>
  at('/inbox?view=all&q=Contact 003', async (page) => {
    await page.keyboard.press('j');
    await page.getByText('They have not written here in the last 24 hours').waitFor();
    await page.getByLabel('time').fill('11:00');
    await page.keyboard.press('Control+Enter');
    const conflict = page.getByRole('alertdialog');
    await conflict.getByText('I can offer 11:00 tomorrow. Shall I book it?').waitFor();
    assert.deepEqual(await violations(page), []);
    await conflict.getByRole('button', { name: 'Change my reply' }).click();
    await conflict.waitFor({ state: 'detached' });
    assert.equal(await page.getByLabel('time').inputValue(), '11:00');
  }));

test('a99_a_closed_window_offers_templates_with_known_values_and_no_free_text', () =>
  at('/inbox?view=all&q=Contact 003', async (page) => {
    await page.keyboard.press('j');
    await page.getByText('They have not written here in the last 24 hours').waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Reply' }).count(), 0);
    assert.equal(await page.getByLabel('first_name').inputValue(), 'Contact');
    const send = page.getByRole('button', { name: 'Send' });
    assert.equal(await send.isDisabled(), true);
    await page.getByLabel('time').fill('9:30');
    assert.equal(await send.isDisabled(), false);
    await page.getByRole('region', { name: 'Preview' }).getByText('9:30').waitFor();
    assert.match(await page.getByRole('form', { name: 'Write' }).innerText(), /\$0\.0034/);
  }));

test('a sign-in link is redeemed by itself and leads to the inbox', () =>
  at('/?token=fresh', async (page) => {
    await page.getByRole('heading', { name: 'Waiting', level: 1 }).waitFor();
    assert.equal(new URL(page.url()).searchParams.has('token'), false);
  }));

test('a fault in a journey is shown at its line with what to do', () =>
  at('/journeys/appointment_reminder?tab=text', async (page) => {
    await page.getByText('Compiles').waitFor();
    const editor = page.getByRole('textbox', { name: 'Source of the journey' });
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('\n  # to: nowhere');
    const problems = page.getByRole('list', { name: 'Problems' });
    await problems.getByText('there is no step `nowhere`').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Publish' }).isDisabled(), true);
  }));

test('a lost connection is told, and a regained one too', () =>
  at('/inbox', async (page) => {
    const told = page.getByText('No connection. What you see may be out of date');
    await page.context().setOffline(true);
    await told.waitFor();
    assert.deepEqual(await violations(page), []);
    await page.context().setOffline(false);
    await told.waitFor({ state: 'detached' });
  }));

test('a choice of appearance outlives the visit and comes before the first paint', () =>
  at('/inbox', async (page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('dark appearance');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
    await page.reload({ waitUntil: 'commit' });
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark');
  }));

test('the first screen needs less than 200 kB of code and styles', async () => {
  const text = async (name) => (await fetch(`${server.url}/${name}`)).text();
  const html = await text('index.html');
  const seen = new Map();
  /** A file and everything it imports before it can run. What it loads later, on demand, does not count. */
  async function add(name) {
    if (seen.has(name)) return;
    const source = await text(name);
    seen.set(name, gzipSync(source, { level: 9 }).length);
    if (name.endsWith('.js')) for (const [, found] of source.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) await add(`assets/${found}`);
  }
  for (const [, name] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)) await add(name);
  const entry = await text([...seen.keys()].find((name) => /assets\/index-.*\.js/.test(name)));
  await add(`assets/${/inbox-page-[\w-]+\.js/.exec(entry)[0]}`);
  const total = [...seen.values()].reduce((sum, bytes) => sum + bytes, 0);
  assert.ok(seen.size > 4, `only ${seen.size} files were found`);
  assert.ok(total < 200_000, `${total} bytes in ${[...seen].map(([name, bytes]) => `${name} ${bytes}`).join(', ')}`);
});
