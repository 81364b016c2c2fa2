// Puts the mock between the console and the network. Only `--mode mock` and tests come here.
import { MockEventSource } from './live';
import { type Answer, problem, routes } from './routes';

const compiled = routes.map(([method, path, handler]) => ({ method, pattern: new RegExp(`^${path.replaceAll('*', '([^/]+)')}$`), handler }));

/** Answers one request; null when it is not the API's. */
export function answer(method: string, address: string, body: string | null): Answer | null {
  const url = new URL(address, 'http://mock.invalid');
  if (!/^\/(v1|demo|sim)\//.test(url.pathname)) return null;
  for (const route of compiled) {
    const found = route.method === method ? route.pattern.exec(url.pathname) : null;
    if (found) return route.handler({ query: url.searchParams, body: body ? (JSON.parse(body) as Record<string, unknown>) : {}, params: found.slice(1) });
  }
  return problem(404, 'Not found', { detail: `The mock has no ${method} ${url.pathname}.` });
}

export function install(): void {
  const real = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (input, init) => {
    const address = input instanceof Request ? input.url : String(input);
    const found = answer(init?.method ?? 'GET', address, typeof init?.body === 'string' ? init.body : null);
    if (!found) return real(input, init);
    await new Promise((resolve) => setTimeout(resolve, 25));
    init?.signal?.throwIfAborted();
    return new Response(found.status === 204 ? null : JSON.stringify(found.body ?? null), { status: found.status, headers: { 'content-type': found.status >= 400 ? 'application/problem+json' : 'application/json' } });
  };
  globalThis.EventSource = MockEventSource as unknown as typeof EventSource;
}
