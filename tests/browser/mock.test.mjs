// Every screen in both sizes and both themes: it shows, it fits, nothing throws, and axe finds nothing serious.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';

import { launch, openPage, screenshots, settled, sizes, violations } from './lib/browser.mjs';
import { serveMock } from './lib/serve.mjs';

const cnv = (n) => `cnv_01kan9q4tz7c8d2f5w0h${base32(n + 1)}`;
const ctc = (n) => `ctc_01kan9q4tz7c8d2f5w0h${base32(n + 1)}`;
const dec = (n) => `dec_01kan9q4tz7c8d2f5w0h${base32(n + 1)}`;
const bct = (n) => `bct_01kan9q4tz7c8d2f5w0h${base32(n + 1)}`;
const csn = (n) => `csn_01kan9q4tz7c8d2f5w0h${base32(n + 1)}`;
function base32(n) {
  return n.toString(32).padStart(6, '0').replaceAll(/[a-v]/g, (letter) => '0123456789abcdefghjkmnpqrstvwxyz'[parseInt(letter, 32)]);
}

const screens = [
  ['sign-in', '/sign-in', 'Welcome back'],
  ['sign-in-refused', '/sign-in?token=used', 'That did not work'],
  ['inbox', '/inbox', 'Waiting'],
  ['inbox-empty', '/inbox?q=zzzz', 'Nothing found'],
  ['conversation', `/inbox/${cnv(1)}?view=all`, 'Do I have to bring anything else?'],
  ['conversation-closed-window', `/inbox/${cnv(3)}?view=all`, 'They have not written here in the last 24 hours'],
  ['conversation-every-kind', `/inbox/${cnv(10)}?view=all`, 'This message was deleted'],
  ['why-sent', `/inbox/${cnv(1)}?why=${dec(1)}`, 'Sent on WhatsApp'],
  ['journeys', '/journeys', 'Appointment reminder'],
  ['journey-graph', '/journeys/appointment_reminder', 'before day'],
  ['journey-text', '/journeys/appointment_reminder?tab=text', 'Compiles'],
  ['journey-funnel', '/journeys/appointment_reminder?tab=funnel', 'Attended'],
  ['journey-runs', '/journeys/appointment_reminder?tab=runs', 'Contact 001'],
  ['broadcasts', '/broadcasts', 'Spring offer'],
  ['broadcast', `/broadcasts/${bct(1)}`, 'kept back to compare with'],
  ['broadcast-checked', `/broadcasts/${bct(2)}`, 'somebody other than its author'],
  ['contacts', '/contacts', 'Contact 001'],
  ['contact-timeline', `/contacts/${ctc(17)}`, 'Nothing was sent'],
  ['contact-consent', `/contacts/${ctc(17)}?tab=consent`, 'unbroken'],
  ['contact-proof', `/contacts/${ctc(17)}?tab=consent&entry=${csn(172)}`, 'What was shown'],
  ['contact-decisions', `/contacts/${ctc(17)}?tab=decisions`, 'Why did they not get'],
  ['contact-messages', `/contacts/${ctc(17)}?tab=messages`, 'From us'],
  ['contact-runs', `/contacts/${ctc(17)}?tab=runs`, 'apt-7117'],
  ['why-silent', `/contacts/${ctc(17)}?tab=decisions&why=${dec(2)}`, 'Nothing was sent'],
  ['phones', '/phones', 'Contact 001'],
  ['phones-open', '/phones?person=p2', 'Reschedule'],
  ['phones-mail', '/phones?person=p8', 'Your appointment tomorrow'],
  ['settings-senders', '/settings/senders', 'Demo clinic'],
  ['settings-queues', '/settings/queues', 'Front desk'],
  ['settings-users', '/settings/users', 'Desk One'],
  ['settings-api-keys', '/settings/api_keys', 'Practice software'],
  ['settings-policy', '/settings/policy', 'Quiet hours'],
  ['settings-templates', '/settings/templates', 'appointment_reminder'],
  ['settings-health', '/settings/health', 'Half within'],
  ['settings-parked', '/settings/parked', 'Inbound'],
  ['settings-audit', '/settings/audit', 'webhook.bad_signature'],
  ['not-found', '/nowhere', 'Nothing lives here'],
];

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

for (const size of Object.keys(sizes)) {
  for (const theme of ['light', 'dark']) {
    describe(`${size}, ${theme}`, () => {
      for (const [name, path, words] of screens.filter(([name]) => !process.env.ONLY || new RegExp(process.env.ONLY).test(name))) {
        test(`${name} shows, fits and is accessible`, async () => {
          const { page, context, faults } = await openPage(browser, { size, theme, url: server.url });
          try {
            await page.goto(path);
            await page.getByText(words).filter({ visible: true }).first().waitFor({ timeout: 15_000 });
            await settled(page);
            await page.screenshot({ path: join(screenshots, `${name}-${size}-${theme}.png`) });
            const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
            assert.ok(wide <= 0, `the page is ${wide} px wider than the screen`);
            assert.deepEqual(await violations(page), []);
            assert.deepEqual(faults, []);
          } finally {
            await context.close();
          }
        });
      }
    });
  }
}
