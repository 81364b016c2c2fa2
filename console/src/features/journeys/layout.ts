// Where the boxes stand: dagre's layered layout, from top to bottom, the way a conversation runs.
import dagre from '@dagrejs/dagre';

import type { Graph } from '@/lib/api/types';

export const NODE_WIDTH = 232;
export const NODE_HEIGHT = 92;

export interface Placed {
  id: string;
  x: number;
  y: number;
}

export function layout(graph: Graph): Placed[] {
  const work = new dagre.graphlib.Graph({ multigraph: true });
  work.setGraph({ rankdir: 'TB', nodesep: 48, ranksep: 74, edgesep: 24 });
  work.setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) work.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  const known = new Set(graph.nodes.map((node) => node.id));
  for (const [index, edge] of graph.edges.entries()) {
    if (known.has(edge.from) && known.has(edge.to)) work.setEdge(edge.from, edge.to, { width: Math.min(140, (edge.label?.length ?? 0) * 6), height: 16, labelpos: 'c' }, String(index));
  }
  dagre.layout(work);
  return graph.nodes.map((node) => {
    const at = work.node(node.id);
    return { id: node.id, x: at.x - NODE_WIDTH / 2, y: at.y - NODE_HEIGHT / 2 };
  });
}
