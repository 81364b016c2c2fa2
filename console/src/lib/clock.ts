// The product's clock. In a demo it runs faster than the wall, so countdowns must follow the server and not this machine.
import { useSyncExternalStore } from 'react';

interface Reading {
  serverMs: number;
  readAtMs: number;
  speed: number;
}

let reading: Reading = { serverMs: Date.now(), readAtMs: Date.now(), speed: 1 };
let shown = now();
const listeners = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since the epoch, by the server's clock. */
export function now(): number {
  return reading.serverMs + (Date.now() - reading.readAtMs) * reading.speed;
}

/** Takes over what the server says its clock is. */
export function setClock(serverNow: string, speed = 1): void {
  const serverMs = Date.parse(serverNow);
  if (Number.isNaN(serverMs)) return;
  reading = { serverMs, readAtMs: Date.now(), speed };
  tick();
}

function tick(): void {
  shown = now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticker ??= setInterval(tick, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && ticker) {
      clearInterval(ticker);
      ticker = undefined;
    }
  };
}

/** The server's time, renewed each second; everything that counts down shares this one ticker. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => shown);
}
