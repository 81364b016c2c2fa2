// npm `smpp` as a message centre for our client: binds, answers, receipts in parameters and text, and what a person writes.
// It listens plain and by TLS, and prints both ports; ends when its input does. Certificate and key are its arguments.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const smpp = createRequire(import.meta.url)("smpp");
let next = 0;

function talk(session) {
  const accept = (pdu) => session.send(pdu.response({ system_id: "node-smpp" }));
  session.on("bind_transceiver", (pdu) => {
    if (pdu.password !== "secret") {
      session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
      return;
    }
    accept(pdu);
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  const take = (pdu, text) => {
    next += 1;
    const id = `node-${next}`;
    session.send(pdu.response({ message_id: id }));
    session.deliver_sm({
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      source_addr_ton: 1,
      esm_class: 4,
      receipted_message_id: id,
      message_state: 2,
      short_message: { message: `id:${id} sub:001 dlvrd:001 submit date:2601010000 done date:2601010001 stat:DELIVRD err:000 text:` },
    });
    // Says what it understood back as the person's own words.
    session.deliver_sm({
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      source_addr_ton: 1,
      data_coding: 8,
      short_message: { message: `${pdu.data_coding} ${text.message ?? text}` },
    });
  };
  session.on("submit_sm", (pdu) => take(pdu, pdu.short_message));
  session.on("data_sm", (pdu) => take(pdu, pdu.message_payload));
  session.on("error", () => session.close());
}

const [cert, key] = process.argv.slice(2).map((path) => readFileSync(path));
const servers = [smpp.createServer(talk), smpp.createServer({ key, cert }, talk)];
for (const server of servers) server.listen(0, "127.0.0.1");
await Promise.all(servers.map((server) => once(server, "listening")));
console.log(servers.map((server) => server.address().port).join(" "));
process.stdin.on("end", () => process.exit(0)).resume();
