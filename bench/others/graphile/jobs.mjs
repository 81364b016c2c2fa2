// Events come in over HTTP, become jobs (the event's id is the job's key, so that a repetition changes nothing), and are carried out by workers.
import { createServer } from "node:http";
import { makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";

const { DATABASE_URL: connectionString, PROVIDER: provider, PORT: port } = process.env;
const pool = new pg.Pool({ connectionString, max: 24 });
const utils = await makeWorkerUtils({ pgPool: pool });
await utils.migrate();
await pool.query("CREATE TABLE contact (phone text PRIMARY KEY, messages int NOT NULL, state jsonb NOT NULL)");
await pool.query("CREATE TABLE message (id text PRIMARY KEY, phone text NOT NULL, event text NOT NULL UNIQUE, sent_at timestamptz NOT NULL)");

async function send(event) {
  const body = { to: event.contact.phone, type: "template", template: { name: "order_shipped", parameters: [event.properties.order] } };
  const answer = await fetch(`${provider}/v26.0/1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const id = (await answer.json()).messages[0].id;
  await pool.query(
    `WITH c AS (INSERT INTO contact VALUES ($1, 1, $2) ON CONFLICT (phone) DO UPDATE SET messages = contact.messages + 1, state = excluded.state)
     INSERT INTO message VALUES ($3, $1, $4, now())`,
    [event.contact.phone, event.properties, id, event.event_id],
  );
}

await run({ pgPool: pool, concurrency: 20, pollInterval: 100, noHandleSignals: true, taskList: { send } });

createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", async () => {
    try {
      const event = JSON.parse(Buffer.concat(parts).toString());
      await utils.addJob("send", event, { jobKey: event.event_id });
      response.writeHead(202, { "content-length": 0 }).end();
    } catch (error) {
      console.error(error);
      response.writeHead(500, { "content-length": 0 }).end();
    }
  });
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
