// @kapso/whatsapp-cloud-api 0.3.0 as a client of the simulated Cloud API, and its webhook reader on our payloads.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";

const { SIM_CLOUD_URL, SIM_CONTROL_URL, STRANGER_PORT } = process.env;
const phoneNumberId = "106540352242922";
const to = "+12025550161";
const client = new WhatsAppClient({ accessToken: "sim-token", baseUrl: SIM_CLOUD_URL, graphVersion: "v26.0" });

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
const receiver = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const rawBody = Buffer.concat(chunks);
    const signed = verifySignature({ appSecret: "sim-app-secret", rawBody, signatureHeader: request.headers["x-hub-signature-256"] });
    heard.push({ signed, event: normalizeWebhook(JSON.parse(rawBody.toString())) });
    response.end();
  });
});
await new Promise((resolve) => receiver.listen(Number(STRANGER_PORT), "127.0.0.1", resolve));
await control("PATCH", "/knobs", { slow_phones_percent: 0 });
await control("PATCH", "/callbacks", { numbers: { [phoneNumberId]: `http://127.0.0.1:${STRANGER_PORT}/` } });
const customer = (await control("POST", "/people", { name: "Customer C", phone: to })).id;
await control("POST", `/people/${customer}/texts`, { line: "whatsapp", text: "Hello é" });

const received = (id) =>
  until("delivery", async () => (await control("GET", `/people/${customer}`)).whatsapp.find((entry) => entry.id === id));

const checks = {
  "kapso reads a signed inbound webhook": async () => {
    const got = await until("the webhook", () => heard.find((h) => h.event.messages?.some((m) => m.text?.body === "Hello é")));
    assert.ok(got.signed, "the signature must verify");
  },
  "kapso sends a text": async () => {
    const sent = await client.messages.sendText({ phoneNumberId, to, body: "Hi" });
    assert.equal((await received(sent.messages[0].id)).shown.text, "Hi");
  },
  "kapso sends reply buttons": async () => {
    const sent = await client.messages.sendInteractiveButtons({
      phoneNumberId,
      to,
      bodyText: "Coming?",
      buttons: [{ id: "yes", title: "Yes" }, { id: "no", title: "No" }],
    });
    assert.deepEqual((await received(sent.messages[0].id)).shown.taps.map((tap) => tap.id), ["yes", "no"]);
  },
  "kapso uploads media, looks it up and sends it": async () => {
    const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
    const { id } = await client.media.upload({ phoneNumberId, type: "image/png", file: new Blob([bytes], { type: "image/png" }), fileName: "a.png" });
    const found = await client.media.get({ mediaId: id, phoneNumberId });
    assert.equal(found.mimeType ?? found.mime_type, "image/png");
    const sent = await client.messages.sendImage({ phoneNumberId, to, image: { id, caption: "look" } });
    assert.equal((await received(sent.messages[0].id)).shown.media.id, id);
  },
  "kapso reads every status": async () => {
    const sent = await client.messages.sendText({ phoneNumberId, to, body: "status" });
    const id = sent.messages[0].id;
    const mine = () => heard.flatMap((h) => h.event.statuses ?? []).filter((s) => s.id === id).map((s) => s.status);
    await until("delivered", () => mine().includes("delivered"));
    assert.ok(heard.every((h) => h.signed));
  },
  "kapso sends every kind that is read": async () => {
    const link = "https://example.com/table.png";
    const kinds = {
      image: () => client.messages.sendImage({ phoneNumberId, to, image: { link, caption: "look" } }),
      video: () => client.messages.sendVideo({ phoneNumberId, to, video: { link } }),
      audio: () => client.messages.sendAudio({ phoneNumberId, to, audio: { link } }),
      document: () => client.messages.sendDocument({ phoneNumberId, to, document: { link, filename: "table.pdf" } }),
      sticker: () => client.messages.sendSticker({ phoneNumberId, to, sticker: { link } }),
      location: () => client.messages.sendLocation({ phoneNumberId, to, location: { latitude: 38.9, longitude: -77, name: "The house" } }),
      contacts: () =>
        client.messages.sendContacts({ phoneNumberId, to, contacts: [{ name: { formattedName: "Front desk", firstName: "Front" }, phones: [{ phone: "+12025550100" }] }] }),
    };
    for (const [kind, send] of Object.entries(kinds)) {
      const entry = await received((await send()).messages[0].id);
      assert.equal(entry.kind, kind, JSON.stringify(entry));
    }
  },
  "kapso sends every kind that is tapped": async () => {
    const bodyText = "Here you are";
    const base = { phoneNumberId, to, bodyText };
    const rows = [{ id: "mon", title: "Monday" }, { id: "tue", title: "Tuesday" }];
    const card = (cardIndex) => ({
      cardIndex,
      header: { type: "image", image: { link: "https://example.com/table.png" } },
      bodyText: `Card ${cardIndex}`,
      action: { displayText: "Open", url: "https://example.com/menu" },
    });
    const kinds = {
      list: () => client.messages.sendInteractiveList({ ...base, buttonText: "Days", sections: [{ title: "Week", rows }] }),
      link: () => client.messages.sendInteractiveCtaUrl({ ...base, parameters: { displayText: "Open", url: "https://example.com/menu" } }),
      product: () => client.messages.sendInteractiveProduct({ ...base, catalogId: "1", productRetailerId: "a1" }),
      products: () =>
        client.messages.sendInteractiveProductList({
          ...base,
          header: { type: "text", text: "Ours" },
          catalogId: "1",
          sections: [{ title: "Tables", productItems: [{ productRetailerId: "a1" }] }],
        }),
      catalogue: () => client.messages.sendInteractiveCatalogMessage({ ...base, parameters: { thumbnailProductRetailerId: "a1" } }),
      form: () => client.messages.sendInteractiveFlow({ ...base, parameters: { flowId: "1", flowCta: "Open", flowToken: "t", flowMessageVersion: "3", flowAction: "data_exchange" } }),
      address: () => client.messages.sendInteractiveAddress({ ...base, parameters: { country: "IN" } }),
      place: () => client.messages.sendInteractiveLocationRequest({ ...base, parameters: { requestMessage: "Where?" } }),
      call: () => client.messages.sendInteractiveCallPermission({ ...base, parameters: { phoneNumber: "+12025550100" } }),
      carousel: () => client.messages.sendInteractiveCarousel({ ...base, cards: [card(0), card(1)] }),
    };
    const refused = {};
    for (const [kind, send] of Object.entries(kinds)) {
      try {
        const entry = await received((await send()).messages[0].id);
        assert.equal(entry.kind, "interactive", JSON.stringify(entry));
      } catch (error) {
        refused[kind] = JSON.stringify(error.raw ?? error.details ?? error.message ?? error);
      }
    }
    assert.deepEqual(refused, {});
  },
  "kapso reacts, takes it back, and shows that it reads and types": async () => {
    const { id } = await control("POST", `/people/${customer}/texts`, { line: "whatsapp", text: "Anybody?" });
    const entry = async () => (await control("GET", `/people/${customer}`)).whatsapp.find((one) => one.id === id);
    await client.messages.markRead({ phoneNumberId, messageId: id, typingIndicator: { type: "text" } });
    assert.ok((await entry()).read_at);
    await client.messages.sendReaction({ phoneNumberId, to, reaction: { messageId: id, emoji: "👍" } });
    await until("the reaction", async () => (await entry()).reaction === "👍");
    await client.messages.sendReaction({ phoneNumberId, to, reaction: { messageId: id, emoji: "" } });
    await until("it is taken back", async () => !(await entry()).reaction);
    const sent = await client.messages.sendText({ phoneNumberId, to, body: "Yes", contextMessageId: id });
    assert.equal((await received(sent.messages[0].id)).context, id);
  },
  "kapso sends templates with every kind of part": async () => {
    await control("PATCH", "/knobs", { us_marketing_blocked: false });
    const waba = "102290129340398";
    const link = "https://example.com/table.png";
    const picture = { type: "HEADER", format: "IMAGE", example: { header_handle: ["4::aW1hZ2UvcG5n:simulated"] } };
    const open = { type: "URL", text: "Open", url: "https://example.com/{{1}}", example: ["https://example.com/menu"] };
    const body = (text, samples) => ({ type: "BODY", text, ...(samples ? { example: { body_text: [samples] } } : {}) });
    const cardOf = { components: [picture, body("A table"), { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "This one" }] }] };
    const templates = {
      media_and_buttons: ["UTILITY", [picture, body("Order {{1}} is packed, {{2}}.", ["A-1", "Ada"]), { type: "FOOTER", text: "Example" },
        { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Thanks" }, open, { type: "PHONE_NUMBER", text: "Call", phone_number: "+12025550100" }] }]],
      an_offer: ["MARKETING", [picture, { type: "LIMITED_TIME_OFFER", limited_time_offer: { text: "Today only", has_expiration: true } }, body("Ten percent off with {{1}}.", ["TEN"]),
        { type: "BUTTONS", buttons: [{ type: "COPY_CODE", example: "TEN" }, open] }]],
      some_cards: ["MARKETING", [body("Our tables, {{1}}.", ["Ada"]), { type: "CAROUSEL", cards: [cardOf, cardOf] }]],
      a_code: ["AUTHENTICATION", [{ type: "BODY", add_security_recommendation: true }, { type: "FOOTER", code_expiration_minutes: 5 },
        { type: "BUTTONS", buttons: [{ type: "OTP", otp_type: "COPY_CODE" }] }]],
    };
    const parts = {
      media_and_buttons: [{ type: "header", parameters: [{ type: "image", image: { link } }] },
        { type: "body", parameters: [{ type: "text", text: "B-2" }, { type: "text", text: "Bob" }] },
        { type: "button", sub_type: "quick_reply", index: "0", parameters: [{ type: "payload", payload: "thanks" }] },
        { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "b2" }] }],
      an_offer: [{ type: "header", parameters: [{ type: "image", image: { link } }] }, { type: "body", parameters: [{ type: "text", text: "TEN" }] },
        { type: "limited_time_offer", parameters: [{ type: "limited_time_offer", limited_time_offer: { expiration_time_ms: Date.now() + 3_600_000 } }] },
        { type: "button", sub_type: "copy_code", index: "0", parameters: [{ type: "coupon_code", coupon_code: "TEN" }] },
        { type: "button", sub_type: "url", index: "1", parameters: [{ type: "text", text: "menu" }] }],
      some_cards: [{ type: "body", parameters: [{ type: "text", text: "Bob" }] }, { type: "carousel", cards: [0, 1].map((card_index) => ({ card_index,
        components: [{ type: "header", parameters: [{ type: "image", image: { link } }] }, { type: "button", sub_type: "quick_reply", index: "0", parameters: [{ type: "payload", payload: `card-${card_index}` }] }] })) }],
      a_code: [{ type: "body", parameters: [{ type: "text", text: "123456" }] }, { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "123456" }] }],
    };
    for (const [name, [category, components]] of Object.entries(templates)) {
      const response = await fetch(`${SIM_CLOUD_URL}/v26.0/${waba}/message_templates`, {
        method: "POST",
        headers: { authorization: "Bearer sim-token", "content-type": "application/json" },
        body: JSON.stringify({ name, language: "en_US", category, components }),
      });
      assert.ok(response.ok, `${name}: ${await response.clone().text()}`);
    }
    const approved = async (name) => (await client.templates.list({ businessAccountId: waba, name })).data.some((one) => one.status === "APPROVED");
    for (const name of Object.keys(templates)) {
      await until(`${name} is approved`, () => approved(name), 30);
      const sent = await client.messages.sendTemplate({ phoneNumberId, to, template: { name, language: { code: "en_US" }, components: parts[name] } });
      const entry = await received(sent.messages[0].id);
      assert.equal(entry.kind, "template", JSON.stringify(entry));
      if (name === "media_and_buttons") {
        assert.equal(entry.shown.text, "Order B-2 is packed, Bob.");
        assert.deepEqual(entry.shown.taps.map((tap) => tap.target ?? tap.id), ["thanks", "https://example.com/b2", "+12025550100"]);
      }
    }
  },
  "kapso meets Meta's error for a wrong token": async () => {
    const stranger = new WhatsAppClient({ accessToken: "wrong", baseUrl: SIM_CLOUD_URL, graphVersion: "v26.0" });
    await assert.rejects(stranger.messages.sendText({ phoneNumberId, to, body: "x" }), (error) => /190|token/i.test(JSON.stringify(error) + error.message));
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
await control("PATCH", "/callbacks", { numbers: { [phoneNumberId]: "" } });
console.log(`counted ${Object.keys(checks).length - failed} ${failed}`);
receiver.close();
process.exit(failed ? 1 : 0);
