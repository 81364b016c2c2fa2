import { expect, test } from 'vitest';

import { acts, segments } from './acts';

test('a state offers what leads on from it, and nothing else', () => {
  expect(acts('draft')).toEqual(['freeze', 'start', 'stop']);
  expect(acts('checking')).toEqual(['preview', 'approve', 'start', 'stop']);
  expect(acts('running')).toEqual(['pause', 'stop']);
  expect(acts('paused')).toEqual(['resume', 'stop']);
  for (const over of ['stopping', 'stopped', 'completed'] as const) expect(acts(over)).toEqual([]);
});

test('the bar shows every recipient once', () => {
  const parts = segments({ delivered: 6, read: 2, silent: 1, pending: 1 });
  expect(parts).toEqual([
    { group: 'reached', count: 8 },
    { group: 'not_sent', count: 1 },
    { group: 'waiting', count: 1 },
  ]);
  expect(segments({})).toEqual([]);
});
