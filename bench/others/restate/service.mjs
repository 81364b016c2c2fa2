// One contact is one virtual object: its events come one after another, its state is durable, the provider's call is a recorded step.
import * as restate from "@restatedev/restate-sdk";

// The SDK asks for Node 22; this is all that it needs of it.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const provider = process.env.PROVIDER;

const contact = restate.object({
  name: "contact",
  handlers: {
    event: async (ctx, event) => {
      const run = (await ctx.get("run")) ?? { messages: 0 };
      const id = await ctx.run("send", async () => {
        const body = { to: ctx.key, type: "template", template: { name: "order_shipped", parameters: [event.order] } };
        const answer = await fetch(`${provider}/v26.0/1/messages`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        });
        return (await answer.json()).messages[0].id;
      });
      ctx.set("run", { messages: run.messages + 1, last: id, order: event.order });
      return id;
    },
  },
});

await restate.serve({ services: [contact], port: Number(process.env.PORT) });
