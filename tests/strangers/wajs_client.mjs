// whatsapp-api-js 6.3.0 as a client of the simulated Cloud API, with every type it can send, and as the receiver of its webhooks.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { webcrypto } from "node:crypto";
import { WhatsAppAPI } from "whatsapp-api-js";
import * as say from "whatsapp-api-js/messages";

const { SIM_CLOUD_URL, SIM_CONTROL_URL, STRANGER_PORT } = process.env;
const phoneID = "106540352242922";
const to = "+12025550162";

// The library knows Meta's address only; the way there is changed below it, and nothing else.
const local = (url, init) => fetch(String(url).replace("https://graph.facebook.com", SIM_CLOUD_URL), init);
const settings = { appSecret: "sim-app-secret", webhookVerifyToken: "sim-verify-token", v: "v26.0", ponyfill: { fetch: local, subtle: webcrypto.subtle } };
const client = new WhatsAppAPI({ token: "sim-token", ...settings });

async function control(method, path, body) {
  const response = await fetch(`${SIM_CONTROL_URL}/_sim${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

async function until(what, find, seconds = 20) {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const found = await find();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited ${seconds} s for ${what}`);
}

const heard = [];
const statuses = [];
const refused = [];
client.on.message = ({ message, from, name, recipient }) => void heard.push({ ...message, from, name, recipient });
client.on.status = ({ id, status, error }) => void statuses.push({ id, status, error });
const receiver = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const raw = Buffer.concat(chunks).toString();
    try {
      // Checks the signature, and throws when it does not fit.
      await client.post(JSON.parse(raw), raw, request.headers["x-hub-signature-256"] ?? "");
      response.writeHead(200).end();
    } catch (error) {
      // Fields that it does not read are no fault of either side.
      if (error?.httpStatus === 401) refused.push(error);
      response.writeHead(error?.httpStatus === 401 ? 401 : 200).end();
    }
  });
});
await new Promise((resolve) => receiver.listen(Number(STRANGER_PORT), "127.0.0.1", resolve));
await control("PATCH", "/knobs", { slow_phones_percent: 0 });
await control("PATCH", "/callbacks", { numbers: { [phoneID]: `http://127.0.0.1:${STRANGER_PORT}/` } });
const customer = (await control("POST", "/people", { name: "Customer J", phone: to })).id;
const write = (text) => control("POST", `/people/${customer}/texts`, { line: "whatsapp", text });
const rich = (message) => control("POST", `/people/${customer}/messages`, message);
await write("Hello é 👋");

/** Sends, and gives what the customer sees. */
async function shown(message, context) {
  const sent = await client.sendMessage(phoneID, to, message, context);
  assert.ok(sent.messages?.[0]?.id, JSON.stringify(sent));
  const { id } = sent.messages[0];
  const entry = await until("delivery", async () => (await control("GET", `/people/${customer}`)).whatsapp.find((one) => one.id === id));
  return { id, ...entry.shown };
}
const body = (text) => new say.Body(text);
const told = (type, find = () => true) => until(`a message of type ${type}`, () => heard.find((one) => one.type === type && find(one)));

const checks = {
  "wa-api-js reads a signed text": async () => {
    const got = await told("text", (one) => one.text.body === "Hello é 👋");
    assert.equal(got.name, "Customer J");
    assert.equal(`+${got.from}`, to);
  },
  "wa-api-js answers the handshake": async () => {
    const asked = { "hub.mode": "subscribe", "hub.verify_token": "sim-verify-token", "hub.challenge": "1158201444" };
    assert.equal(client.get(asked), "1158201444");
    assert.throws(() => client.get({ ...asked, "hub.verify_token": "another" }));
  },
  "wa-api-js sends a text, and one that quotes it": async () => {
    const first = await shown(new say.Text("See https://example.com", true));
    assert.equal(first.text, "See https://example.com");
    assert.equal((await shown(new say.Text("And?"), first.id)).text, "And?");
  },
  "wa-api-js sends reply buttons with a header and a footer": async () => {
    const buttons = new say.ActionButtons(new say.Button("yes", "Yes"), new say.Button("no", "No"));
    const seen = await shown(new say.Interactive(buttons, body("Coming?"), new say.Header("Friday"), new say.Footer("Reply soon")));
    assert.deepEqual(seen.taps.map((tap) => tap.id), ["yes", "no"]);
    assert.deepEqual([seen.header, seen.footer], ["Friday", "Reply soon"]);
    await control("POST", `/people/${customer}/taps`, { message: seen.id, choice: "yes" });
    const got = await told("interactive", (one) => one.interactive.type === "button_reply");
    assert.equal(got.interactive.button_reply.id, "yes");
    assert.equal(got.context.id, seen.id);
  },
  "wa-api-js sends a list and reads the row": async () => {
    const list = new say.ActionList("Open", new say.ListSection("Sizes", new say.Row("s", "Small", "36"), new say.Row("l", "Large")));
    const seen = await shown(new say.Interactive(list, body("Which?")));
    assert.deepEqual(seen.rows.map((row) => row.id), ["s", "l"]);
    await control("POST", `/people/${customer}/picks`, { message: seen.id, choice: "l" });
    const got = await told("interactive", (one) => one.interactive.type === "list_reply");
    assert.equal(got.interactive.list_reply.id, "l");
  },
  "wa-api-js sends a link button": async () => {
    const seen = await shown(new say.Interactive(new say.ActionCTA("Open", "https://example.com/a"), body("Here")));
    assert.equal(seen.taps[0].target, "https://example.com/a");
  },
  "wa-api-js asks for a location and reads it": async () => {
    assert.equal((await shown(new say.Interactive(new say.ActionLocation(), body("Where are you?")))).text, "Where are you?");
    await rich({ kind: "location", latitude: 52.5, longitude: 13.4, name: "Office" });
    const got = await told("location");
    assert.deepEqual([got.location.latitude, got.location.name], [52.5, "Office"]);
  },
  "wa-api-js asks whether it may call": async () => {
    assert.equal((await shown(new say.Interactive(new say.ActionCallPermission(), body("May we call?")))).text, "May we call?");
  },
  "wa-api-js sends a flow": async () => {
    const flow = new say.ActionNavigateFlow("token-1", "123456", "Book", "WELCOME", { a: 1 });
    const seen = await shown(new say.Interactive(flow, body("Book a table")));
    assert.equal(seen.taps[0].title, "Book");
  },
  "wa-api-js sends a product, a list of products and the catalogue": async () => {
    assert.ok((await shown(new say.Interactive(new say.ActionProduct(new say.CatalogProduct("sku-1", "cat-1")), body("This one")))).id);
    const products = new say.ActionProductList("cat-1", new say.ProductSection("Mugs", new say.Product("sku-1"), new say.Product("sku-2")));
    assert.ok((await shown(new say.Interactive(products, body("All"), new say.Header("Shop")))).id);
    assert.ok((await shown(new say.Interactive(new say.ActionCatalog(new say.Product("sku-1")), body("More")))).id);
  },
  "wa-api-js sends a place": async () => {
    assert.match(JSON.stringify(await shown(new say.Location(13.4, 52.5, "Office", "1 Main Street"))), /Office/);
  },
  "wa-api-js sends contact cards": async () => {
    const card = [new say.Name("Ana Example", "Ana"), new say.Phone("+12025550199", "WORK")];
    assert.match(JSON.stringify(await shown(new say.Contacts(card))), /Ana Example/);
  },
  "wa-api-js sends media by link, of every kind": async () => {
    const link = (name) => `https://example.com/${name}`;
    const files = [
      new say.Image(link("a.png"), false, "look"),
      new say.Video(link("a.mp4"), false, "watch"),
      new say.Audio(link("a.mp3")),
      new say.Document(link("a.pdf"), false, "read", "a.pdf"),
      new say.Sticker(link("a.webp")),
    ];
    for (const file of files) assert.ok((await shown(file)).media.link, file._type);
  },
  "wa-api-js uploads media, looks it up, sends it and deletes it": async () => {
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], { type: "image/png" }), "a.png");
    const { id } = await client.uploadMedia(phoneID, form);
    const found = await client.retrieveMedia(id, phoneID);
    assert.equal(found.mime_type, "image/png");
    assert.equal((await shown(new say.Image(id, true, "ours"))).media.id, id);
    assert.equal((await client.deleteMedia(id, phoneID)).success, true);
  },
  "wa-api-js reacts, and takes it back": async () => {
    const { id } = await shown(new say.Text("React to this"));
    for (const reaction of [new say.Reaction(id, "👍"), new say.Reaction(id)]) {
      assert.ok((await client.sendMessage(phoneID, to, reaction)).messages?.[0]?.id);
    }
  },
  "wa-api-js reads a reaction, a quote and a submitted flow": async () => {
    const { id } = await shown(new say.Interactive(new say.ActionNavigateFlow("token-2", "123456", "Book", "WELCOME"), body("Again")));
    await control("POST", `/people/${customer}/reactions`, { message: id, emoji: "❤️" });
    assert.equal((await told("reaction")).reaction.message_id, id);
    await rich({ kind: "quote", message: id, text: "about this" });
    assert.equal((await told("text", (one) => one.text.body === "about this")).context.id, id);
    await rich({ kind: "flow", message: id, answers: { seats: 2 } });
    const got = await told("interactive", (one) => one.interactive.type === "nfm_reply");
    assert.equal(JSON.parse(got.interactive.nfm_reply.response_json).seats, 2);
  },
  "wa-api-js reads an order": async () => {
    await rich({ kind: "order", order: { catalog_id: "cat-1", product_items: [{ product_retailer_id: "sku-1", quantity: 2, item_price: 5, currency: "EUR" }] } });
    assert.equal((await told("order")).order.product_items[0].quantity, 2);
  },
  "wa-api-js marks a message as read and shows that it types": async () => {
    const { id } = await told("text");
    assert.equal((await client.markAsRead(phoneID, id, "text")).success, true);
  },
  "wa-api-js reads every status": async () => {
    const { id } = await shown(new say.Text("status"));
    const mine = () => statuses.filter((one) => one.id === id).map((one) => one.status);
    await until("delivered", () => mine().includes("delivered"));
    assert.ok(mine().includes("sent"), mine().join());
  },
  "wa-api-js blocks and unblocks": async () => {
    const blocked = await client.blockUser(phoneID, to);
    assert.equal(blocked.block_users?.added_users?.length, 1, JSON.stringify(blocked));
    const again = await client.unblockUser(phoneID, to);
    assert.equal(again.block_users?.removed_users?.length, 1, JSON.stringify(again));
  },
  "wa-api-js refuses what is signed with another secret": async () => {
    assert.equal(refused.length, 0, "every webhook of the simulator was signed");
    const raw = JSON.stringify({ object: "whatsapp_business_account", entry: [] });
    await assert.rejects(client.post(JSON.parse(raw), raw, `sha256=${"0".repeat(64)}`));
  },
  "wa-api-js meets Meta's errors": async () => {
    const stranger = new WhatsAppAPI({ token: "wrong", ...settings });
    assert.equal((await stranger.sendMessage(phoneID, to, new say.Text("x"))).error.code, 190);
    const nobody = await client.sendMessage(phoneID, to, new say.Template("no_such_template", "en"));
    assert.equal(nobody.error.code, 132001, JSON.stringify(nobody));
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n`, error);
  }
}
await control("PATCH", "/callbacks", { numbers: { [phoneID]: "" } });
console.log(`counted ${Object.keys(checks).length - failed} ${failed}`);
receiver.close();
process.exit(failed ? 1 : 0);
