import type { Graph } from '@/lib/api/types';

const loud = ['fallback', 'timeout', 'late', 'reply', 'event', 'default', 'branch', 'next'];

/** What stands on a way: `fallback:too_late` says `too late`, and the plain next way says nothing. */
export function wordsOf({ kind, label }: Graph['edges'][number]): string {
  if (kind === 'next' || label === 'next') return '';
  return label.replace(/^(fallback|reply|event|branch)\s*:?\s+|^(fallback|reply|event|branch):/, '').replaceAll('_', ' ');
}

/** Ways with the same two ends become one, with their words joined: a send often has several reasons to go the same way. */
export function bundled(edges: Graph['edges']): Graph['edges'] {
  const bundles = new Map<string, Graph['edges'][number]>();
  for (const edge of edges) {
    const key = `${edge.from} ${edge.to}`;
    const words = wordsOf(edge);
    const known = bundles.get(key);
    if (!known) {
      bundles.set(key, { ...edge, label: words });
      continue;
    }
    const all = new Set([...known.label.split(', '), words].filter(Boolean));
    bundles.set(key, { ...known, label: [...all].join(', '), kind: loud.indexOf(edge.kind) < loud.indexOf(known.kind) ? edge.kind : known.kind });
  }
  return [...bundles.values()];
}

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
