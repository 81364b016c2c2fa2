// The main job in a real browser against a running `antiphon demo`: BASE_URL is its address, SIGNIN_URL the link it printed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';

import { launch, openPage, screenshots, settled, violations } from './lib/browser.mjs';

const { BASE_URL, SIGNIN_URL } = process.env;
const skip = BASE_URL && SIGNIN_URL ? false : 'BASE_URL and SIGNIN_URL name no running demo';

/** How long the demo may take to bring something about on its own clock. */
const PATIENCE_MS = 120_000;

describe('the demo', { skip }, () => {
  let browser;
  let page;
  let context;
  let faults;
  before(async () => {
    browser = await launch();
    ({ page, context, faults } = await openPage(browser, { url: BASE_URL }));
    page.setDefaultTimeout(30_000);
    await page.goto(SIGNIN_URL);
    await page.getByRole('navigation', { name: 'Main' }).first().waitFor();
  });
  after(async () => {
    assert.deepEqual(faults ?? [], []);
    await context?.close();
    await browser?.close();
  });

  /** Asks the server as the signed-in person does. */
  const api = (path, init) =>
    page.evaluate(
      async ([path, init]) => {
        const response = await fetch(path, { ...init, headers: { 'content-type': 'application/json', 'x-antiphon-csrf': '1' } });
        if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
        return response.status === 204 ? null : response.json();
      },
      [path, init ?? {}],
    );

  /** Asks again until the answer is there. */
  async function until(what, ask) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await ask();
      if (found) return found;
      assert.ok(Date.now() < deadline, `${what} did not happen in ${PATIENCE_MS / 1000} s`);
      await page.waitForTimeout(500);
    }
  }

  const taken = new Set();
  const speed = (times) => api('/demo/clock', { method: 'PUT', body: JSON.stringify({ speed: times }) });

  /** Takes over the phones of people who are booked and have not heard anything yet: what an owner has once decided to do would still happen. */
  async function takeOver(people) {
    const { items } = await api('/v1/journeys/appointment_reminder/runs?status=active&limit=100');
    const booked = new Set(items.map((run) => run.contact_name));
    const quiet = people.filter((row) => row.on_whatsapp && row.messages === 0 && row.persona !== 'manual' && booked.has(row.name));
    for (const row of quiet.slice(0, 4)) await api(`/sim/people/${row.id}`, { method: 'PATCH', body: JSON.stringify({ persona: 'manual' }) });
  }

  /** Somebody whose phone only the test uses, and whose newest message is a WhatsApp reminder that nobody has answered. */
  async function reminded() {
    return until('an unanswered reminder', async () => {
      const { items } = await api('/sim/people?limit=500');
      await takeOver(items);
      for (const row of items) {
        if (row.persona !== 'manual' || taken.has(row.id) || row.last?.line !== 'whatsapp' || !row.last.from_business) continue;
        const entry = (await api(`/sim/people/${row.id}`)).whatsapp.at(-1);
        if (!entry?.shown.taps?.some((tap) => /reschedule/i.test(tap.title))) continue;
        taken.add(row.id);
        return row;
      }
      return null;
    });
  }

  const whatsapp = () => page.getByRole('region', { name: /: WhatsApp$/ });

  test('a reminder arrives on a phone and a tap on Confirm closes it', async () => {
    await speed(300);
    const person = await reminded();
    await speed(60);
    await page.goto(`/phones?person=${person.id}`);
    await whatsapp().getByRole('button', { name: /confirm/i }).last().click();
    await whatsapp().getByRole('log').getByText(/^Confirm/i).last().waitFor();
    await page.screenshot({ path: join(screenshots, 'demo-phone-confirmed.png') });
    const { items } = await api(`/v1/contacts?address=${encodeURIComponent(`phone:${person.phone}`)}`);
    const events = await until('the confirmation', async () => {
      const timeline = await api(`/v1/contacts/${items[0].id}/timeline?kind=step_entered,run_completed&limit=20`);
      const found = timeline.items.filter((entry) => /confirm/i.test(JSON.stringify(entry.data)));
      return found.length > 0 ? found : null;
    });
    assert.ok(events.length > 0);
    const { conversation_id: conversation } = await api(`/v1/contacts/${items[0].id}`);
    assert.equal((await api(`/v1/conversations/${conversation}`)).status, 'bot', 'a confirmed appointment needs no person');
  });

  test('a99_a_tap_on_reschedule_opens_a_conversation_that_the_inbox_answers', async () => {
    await speed(300);
    const person = await reminded();
    await speed(60);
    await page.goto(`/phones?person=${person.id}`);
    await whatsapp().getByRole('button', { name: /reschedule/i }).last().click();

    const contact = await until('the contact', async () => (await api(`/v1/contacts?address=${encodeURIComponent(`phone:${person.phone}`)}`)).items[0]);
    const conversation = await until('the case', async () => {
      const { conversation_id: id } = await api(`/v1/contacts/${contact.id}`);
      const found = id ? await api(`/v1/conversations/${id}`) : null;
      return found?.status === 'waiting' || found?.status === 'open' ? found : null;
    });
    await page.goto(`/inbox/${conversation.id}?view=waiting`);
    const answer = `Of course. Does Thursday at ten suit you? (${conversation.id.slice(-4)})`;
    await page.getByRole('textbox', { name: 'Reply' }).fill(answer);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('log', { name: 'Messages' }).getByText(answer).waitFor();
    await settled(page);
    await page.screenshot({ path: join(screenshots, 'demo-inbox.png') });
    await until('the answer on the phone', async () => (await api(`/sim/people/${person.id}`)).whatsapp.some((entry) => entry.from_business && entry.shown.text === answer));

    await page.goto(`/phones?person=${person.id}`);
    await whatsapp().getByText(answer).waitFor();
  });

  test('u4_why_explains_the_reminder_with_its_rules_and_its_price', async () => {
    const { items } = await api('/v1/messages?direction=out&limit=50');
    const message = items.find((candidate) => candidate.origin.by === 'journey' && candidate.decision);
    assert.ok(message, 'no journey has sent anything');
    await page.goto(`/inbox/${message.conversation}?view=all&why=${message.decision}`);
    const drawer = page.getByRole('dialog', { name: 'Why?' });
    await drawer.getByText(/Sent on (WhatsApp|SMS)/).waitFor();
    await drawer.getByRole('listitem').filter({ hasText: /Consent/ }).first().waitFor();
    await drawer.getByRole('region', { name: 'Channels, best first' }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(screenshots, 'demo-why.png') });
  });

  test('the funnel moves while one watches', async () => {
    await speed(300);
    const { items } = await api('/v1/journeys');
    assert.ok(items.length > 0, 'the demo has no journey');
    const { name, counts } = items[0];
    await page.goto(`/journeys/${name}?tab=funnel`);
    await page.getByText('The way there').waitFor();
    await until('a new entry', async () => (await api('/v1/journeys')).items.find((journey) => journey.name === name).counts.entered > counts.entered);
    await page.screenshot({ path: join(screenshots, 'demo-funnel.png') });
    await page.goto(`/journeys/${name}`);
    await settled(page);
    await page.screenshot({ path: join(screenshots, 'demo-graph.png') });
    await speed(60);
  });
});
