import type { Graph } from '@/lib/api/types';

/** Steps in the order in which a run meets them (breadth first from the start); steps that nothing leads to come last. */
export function inOrder(graph: Graph, start?: string): Graph['nodes'] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const first = (start && byId.has(start) ? start : graph.nodes[0]?.id) ?? '';
  const seen = new Set<string>();
  const queue = byId.has(first) ? [first] : [];
  for (let at = 0; at < queue.length; at++) {
    const id = queue[at] ?? '';
    if (seen.has(id)) continue;
    seen.add(id);
    for (const edge of graph.edges) if (edge.from === id && byId.has(edge.to)) queue.push(edge.to);
  }
  const met = [...seen].map((id) => byId.get(id)).filter((node) => node !== undefined);
  return [...met, ...graph.nodes.filter((node) => !seen.has(node.id))];
}
