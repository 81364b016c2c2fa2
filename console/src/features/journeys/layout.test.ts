import { describe, expect, test } from 'vitest';

import { graph } from '@/lib/mock/journeys';

import { layout, NODE_HEIGHT, NODE_WIDTH, path } from './layout';
import { bundled, inOrder } from './order';

describe('the canvas', () => {
  const placed = layout(graph);
  test('no two boxes overlap', () => {
    const boxes = [...placed.nodes.values()];
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) expect(Math.abs(a.x - b.x) >= NODE_WIDTH || Math.abs(a.y - b.y) >= NODE_HEIGHT).toBe(true);
    }
  });
  test('every way is drawn, and labels stand where there are words', () => {
    expect(placed.edges.every((points) => points && points.length >= 2)).toBe(true);
    expect(placed.labels.map(Boolean)).toEqual(graph.edges.map((edge) => edge.label !== ''));
  });
  test('a way to a step that is not there is left out and breaks nothing', () => {
    const broken = layout({ nodes: graph.nodes.slice(0, 1), edges: [{ from: 'before_day', to: 'nowhere', label: '', kind: 'next' }] });
    expect(broken.edges).toEqual([null]);
  });
  test('lines begin and end at their points', () => {
    expect(path([{ x: 0, y: 0 }, { x: 0, y: 50 }, { x: 80, y: 50 }])).toMatch(/^M0,0L.*Q0,50 .*L80,50$/);
    expect(path([])).toBe('');
  });
});

describe('the outline', () => {
  test('follows the run and ends with what nothing leads to', () => {
    const lost = { id: 'lost', kind: 'end', label: 'lost', detail: '' };
    const ids = inOrder({ ...graph, nodes: [lost, ...graph.nodes] }, 'before_day').map((node) => node.id);
    expect(ids.slice(0, 3)).toEqual(['before_day', 'remind', 'answer']);
    expect(ids.at(-1)).toBe('lost');
    expect(ids).toHaveLength(graph.nodes.length + 1);
  });
  test('survives circles and an unknown start', () => {
    const circle = { nodes: graph.nodes.slice(0, 2), edges: [{ from: 'before_day', to: 'remind', label: '', kind: 'next' }, { from: 'remind', to: 'before_day', label: '', kind: 'next' }] };
    expect(inOrder(circle, 'nowhere').map((node) => node.id)).toEqual(['before_day', 'remind']);
  });
});

describe('ways with the same ends', () => {
  test('are drawn once, with all their words and the loudest look', () => {
    const edges = [
      { from: 'a', to: 'b', label: 'next', kind: 'next' },
      { from: 'a', to: 'b', label: 'fallback:too_late', kind: 'fallback' },
      { from: 'a', to: 'b', label: 'any', kind: 'fallback' },
      { from: 'a', to: 'c', label: 'next', kind: 'next' },
    ];
    expect(bundled(edges)).toEqual([
      { from: 'a', to: 'b', label: 'too late, any', kind: 'fallback' },
      { from: 'a', to: 'c', label: '', kind: 'next' },
    ]);
  });
});
