import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { explain } from '../problems';
import { api, ApiError, whenSignedOut } from './client';

const answers = vi.fn<typeof fetch>();
beforeEach(() => void vi.stubGlobal('fetch', answers));
afterEach(() => {
  vi.unstubAllGlobals();
  answers.mockReset();
});

const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

test('changes carry the proof of origin and a key against repetition, reads carry neither', async () => {
  answers.mockImplementation(async () => json(200, {}));
  await api.get('/v1/x', { a: 1, b: null, c: '' });
  await api.post('/v1/x', { a: 1 });
  const [[url, read], [, write]] = answers.mock.calls as [[string, RequestInit], [string, RequestInit]];
  expect(url).toBe('/v1/x?a=1');
  expect(read.headers).not.toHaveProperty('x-antiphon-csrf');
  expect(write.headers).toMatchObject({ 'x-antiphon-csrf': '1', 'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
});

test('a problem becomes what, why, where and how', async () => {
  answers.mockResolvedValue(json(409, { title: 'Consent required', status: 409, detail: 'no opt-in', code: 'consent_required', fix: 'ask them', errors: [{ pointer: '/to', detail: 'has none' }] }));
  const error = await api.post('/v1/x').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(explain(error)).toEqual({ what: 'Consent required', why: 'no opt-in', where: ['/to: has none'], how: 'ask them', reference: undefined });
});

test('an answer that is no JSON is still told', async () => {
  answers.mockResolvedValue(new Response('<html>', { status: 502, statusText: 'Bad Gateway' }));
  await expect(api.get('/v1/x')).rejects.toMatchObject({ problem: { title: 'Bad Gateway', status: 502 } });
});

test('a lost session is noticed once, but not while signing in', async () => {
  const out = vi.fn();
  whenSignedOut(out);
  answers.mockImplementation(async () => json(401, { title: 'Not signed in', status: 401 }));
  await api.post('/v1/session', {}).catch(() => undefined);
  expect(out).not.toHaveBeenCalled();
  await api.get('/v1/queues').catch(() => undefined);
  expect(out).toHaveBeenCalledOnce();
});

test('no network is a problem with a way out', async () => {
  answers.mockRejectedValue(new TypeError('failed to fetch'));
  await expect(api.get('/v1/x')).rejects.toMatchObject({ code: 'offline' });
});
