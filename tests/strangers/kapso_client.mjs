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
