// Where the boxes stand and how the ways run: dagre's layered layout, from top to bottom, the way a conversation runs.
import { Graph as DagreGraph, layout as arrange } from '@dagrejs/dagre';

import type { Graph } from '@/lib/api/types';

export const NODE_WIDTH = 232;
export const NODE_HEIGHT = 88;

export interface Point {
  x: number;
  y: number;
}
export interface Layout {
  nodes: Map<string, Point>;
  /** Bends of each edge, in the graph's order; dagre leads them around the boxes. */
  edges: (Point[] | null)[];
  /** Where each edge's label has room. */
  labels: (Point | null)[];
  width: number;
}

/** The way that most runs take is kept short and straight; ways out may go around. */
const weights: Record<string, number> = { next: 8, reply: 3 };

export function layout(graph: Graph): Layout {
  const work = new DagreGraph({ multigraph: true });
  work.setGraph({ rankdir: 'TB', nodesep: 40, ranksep: 40, edgesep: 18 });
  work.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) work.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  const known = new Set(graph.nodes.map((node) => node.id));
  for (const [index, edge] of graph.edges.entries()) {
    if (!known.has(edge.from) || !known.has(edge.to)) continue;
    const text = edge.label?.length ?? 0;
    work.setEdge(edge.from, edge.to, { weight: weights[edge.kind] ?? 1, width: text > 0 ? 28 : 0, height: text > 0 ? 18 : 0, labelpos: 'c' }, String(index));
  }
  arrange(work);
  const found = graph.edges.map((edge, index) => (known.has(edge.from) && known.has(edge.to) ? work.edge(edge.from, edge.to, String(index)) : null));
  return {
    nodes: new Map(
      graph.nodes.map((node) => {
        const at = work.node(node.id);
        return [node.id, { x: at.x - NODE_WIDTH / 2, y: at.y - NODE_HEIGHT / 2 }];
      }),
    ),
    edges: found.map((edge) => (edge?.points as Point[] | undefined) ?? null),
    labels: found.map((edge, index) => (edge && graph.edges[index]?.label && edge.x !== undefined && edge.y !== undefined ? { x: edge.x, y: edge.y } : null)),
    width: work.graph().width ?? NODE_WIDTH,
  };
}

/** A smooth line through the bends: straight pieces whose corners are rounded. */
export function path(points: Point[], radius = 22): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let line = `M${first.x},${first.y}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    const before = index === 0 ? first : (rest[index - 1] ?? first);
    if (!next) {
      line += `L${point.x},${point.y}`;
      return;
    }
    const a = toward(point, before, radius);
    const b = toward(point, next, radius);
    line += `L${a.x},${a.y}Q${point.x},${point.y} ${b.x},${b.y}`;
  });
  return line;
}

/** The point at most `distance` from one towards another, and never past the middle. */
function toward(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const share = Math.min(0.5, distance / length);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
