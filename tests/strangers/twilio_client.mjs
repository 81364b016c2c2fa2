// The official twilio SDK for Node against the simulated Twilio, and its validateRequest on our callbacks.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import twilio from "twilio";

const { SIM_TWILIO_URL, SIM_CONTROL_URL, STRANGER_PORT } = process.env;
const [account, token] = ["ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "sim-auth-token"];
const [sender, service, customer] = ["+12025550100", "MGcccccccccccccccccccccccccccccccc", "+12025550165"];
const base = `http://127.0.0.1:${STRANGER_PORT}`;

function connect(password) {
  const client = twilio(account, password);
  client.api.baseUrl = SIM_TWILIO_URL;
  return client;
}
const client = connect(token);

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

const posts = [];
const receiver = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const valid = twilio.validateRequest(token, request.headers["x-twilio-signature"] ?? "", base + request.url, form);
    posts.push({ path: request.url, form, valid });
    response.end();
  });
});
await new Promise((resolve) => receiver.listen(Number(STRANGER_PORT), "127.0.0.1", resolve));
const person = (await control("POST", "/people", { name: "Customer N", phone: customer })).id;
await control("PATCH", "/knobs", { slow_phones_percent: 0 });
await control("PATCH", "/callbacks", { sms: { [sender]: `${base}/inbound` } });

const told = (sid) => posts.filter((post) => post.form.MessageSid === sid);

const checks = {
  "the Node SDK sends, and validateRequest accepts every status callback": async () => {
    const statusCallback = `${base}/status?message=msg_1&tag=a%20b`;
    const sent = await client.messages.create({ to: customer, from: sender, body: "Hi é 👍", statusCallback, validityPeriod: 600 });
    assert.match(sent.sid, /^SM[0-9a-f]{32}$/);
    await until("delivered", () => told(sent.sid).some((post) => post.form.MessageStatus === "delivered"));
    assert.ok(told(sent.sid).every((post) => post.valid && post.path === "/status?message=msg_1&tag=a%20b"));
    const fetched = await client.messages(sent.sid).fetch();
    assert.deepEqual([fetched.status, fetched.body, fetched.numSegments], ["delivered", "Hi é 👍", "1"]);
  },
  "a messaging service chooses the number": async () => {
    const sent = await client.messages.create({ to: customer, messagingServiceSid: service, body: "from the pool" });
    assert.deepEqual([sent.from, sent.status, sent.numSegments], [null, "accepted", "0"]);
    const chosen = await until("a number", async () => (await client.messages(sent.sid).fetch()).from);
    assert.match(chosen, /^\+1\d{10}$/);
  },
  "pictures are sent as MMS": async () => {
    const sent = await client.messages.create({ to: customer, from: sender, body: "look", mediaUrl: ["https://example.com/a.png"] });
    assert.match(sent.sid, /^MM/);
    assert.equal(sent.numMedia, "1");
  },
  "a message is scheduled and cancelled": async () => {
    const sendAt = new Date(Date.now() + 3_600_000);
    const sent = await client.messages.create({ to: customer, messagingServiceSid: service, body: "later", scheduleType: "fixed", sendAt });
    assert.equal(sent.status, "scheduled");
    assert.equal((await client.messages(sent.sid).update({ status: "canceled" })).status, "canceled");
  },
  "refusals have Twilio's codes": async () => {
    const refused = (options, status, code, by = client) =>
      assert.rejects(by.messages.create({ to: customer, from: sender, body: "x", ...options }), (error) => {
        assert.deepEqual([error.status, error.code], [status, code]);
        return true;
      });
    await refused({ to: "+15005550001" }, 400, 21211);
    await refused({ from: "+12025550999" }, 400, 21606);
    await refused({ from: undefined, messagingServiceSid: "MGdddddddddddddddddddddddddddddddd" }, 400, 21701);
    await refused({ validityPeriod: 36_001 }, 400, 20001);
    await refused({ body: "x".repeat(1_601) }, 400, 21617);
    await refused({}, 401, 20003, connect("wrong"));
  },
  "what people write is signed, and STOP ends it until START": async () => {
    await control("POST", `/people/${person}/texts`, { line: "sms", text: "stop" });
    const { form, valid } = await until("the inbound post", () => posts.find((post) => post.path === "/inbound"));
    assert.deepEqual([valid, form.Body, form.OptOutType, form.From], [true, "stop", "STOP", customer]);
    await assert.rejects(client.messages.create({ to: customer, from: sender, body: "really?" }), (error) => error.code === 21610);
    await control("POST", `/people/${person}/texts`, { line: "sms", text: "START" });
    assert.ok((await client.messages.create({ to: customer, from: sender, body: "welcome back" })).sid);
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
console.log(`counted ${Object.keys(checks).length - failed} ${failed}`);
receiver.close();
process.exit(failed ? 1 : 0);
