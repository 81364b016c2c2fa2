// The one place that speaks HTTP. Answers are JSON or problem details (RFC 9457).
import type { Problem, UploadedMedia } from './types';

export class ApiError extends Error {
  readonly problem: Problem & Record<string, unknown>;
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiError';
    this.problem = problem as Problem & Record<string, unknown>;
  }
  get status(): number {
    return this.problem.status;
  }
  get code(): string | undefined {
    return this.problem.code;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

let onSignedOut: () => void = () => undefined;

/** Called when the server no longer knows the session. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    const body: unknown = await response.json();
    if (body && typeof body === 'object' && 'title' in body) return { status: response.status, ...(body as object) } as Problem;
    // The simulator's control API answers `{"error": "…"}`.
    if (body && typeof body === 'object' && 'error' in body) return { status: response.status, title: String(body.error) };
  } catch {
    // Not JSON: a proxy's page, or an empty body. The status line has to do.
  }
  return { title: response.statusText || `HTTP ${response.status}`, status: response.status, code: 'unreadable_answer' };
}

async function request<T>(method: string, path: string, body?: unknown, query?: Query, signal?: AbortSignal): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (method !== 'GET') headers['x-antiphon-csrf'] = '1';
  const file = body instanceof Blob ? body : null;
  if (body !== undefined) headers['content-type'] = file ? file.type : 'application/json';
  if (method === 'POST') headers['idempotency-key'] = crypto.randomUUID();
  let response: Response;
  try {
    response = await fetch(address(path, query), {
      method,
      headers,
      body: file ?? (body === undefined ? undefined : JSON.stringify(body)),
      credentials: 'same-origin',
      signal,
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError({
      title: 'The server cannot be reached',
      status: 0,
      code: 'offline',
      detail: 'The request did not get through.',
      fix: 'Check the network and whether Antiphon is running. The console retries by itself.',
    });
  }
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && !path.startsWith('/v1/session')) onSignedOut();
    throw new ApiError(problem);
  }
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> => request<T>('GET', path, undefined, query, signal),
  post: <T>(path: string, body: unknown = {}): Promise<T> => request<T>('POST', path, body),
  /** Keeps a file; the same file again is the same object. */
  upload: (file: File): Promise<UploadedMedia> => request<UploadedMedia>('POST', '/v1/media', file, { filename: file.name }),
  put: <T>(path: string, body: unknown): Promise<T> => request<T>('PUT', path, body),
  patch: <T>(path: string, body: unknown): Promise<T> => request<T>('PATCH', path, body),
  delete: <T = void>(path: string): Promise<T> => request<T>('DELETE', path),
};
