// A stand-in for the event stream, so that the console's own live code runs unchanged.
type Listener = (event: MessageEvent<string>) => void;

const open = new Set<MockEventSource>();
let lastId = 0;

export class MockEventSource {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;
  readyState: number = 0;
  private readonly listeners = new Map<string, Listener[]>();
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    setTimeout(() => {
      this.readyState = 1;
      this.emit('open', '');
    }, 30);
    open.add(this);
  }
  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }
  close(): void {
    this.readyState = 2;
    open.delete(this);
  }
  emit(type: string, data: string): void {
    const event = new MessageEvent<string>(type, { data, lastEventId: String(++lastId) });
    for (const listener of this.listeners.get(type) ?? []) listener(event);
  }
}

export function publish(type: string, data: unknown): void {
  for (const source of open) if (source.url.startsWith('/v1/live')) source.emit(type, JSON.stringify(data));
}

export function phoneChanged(person: string): void {
  for (const source of open) if (source.url.startsWith('/sim')) source.emit('message', JSON.stringify({ changed: 'phone', person }));
}
