import '@xyflow/react/dist/base.css';

import { Background, BackgroundVariant, BaseEdge, Controls, type Edge, EdgeLabelRenderer, type EdgeProps, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow, type ReactFlowInstance } from '@xyflow/react';
import { useCallback, useMemo, useRef } from 'react';

import type { Funnel, FunnelStep, Graph } from '@/lib/api/types';
import { count } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

import { kindColour, KindIcon } from './kinds';
import { bundled } from './order';
import { layout, NODE_HEIGHT, NODE_WIDTH, path, type Point } from './layout';

type StepNode = Node<{ kind: string; text: string; detail: string; counts?: FunnelStep; onOpen: () => void }, 'step'>;
type WayEdge = Edge<{ points: Point[]; at: Point | null; text: string; warns: boolean }, 'way'>;

const warning = new Set(['fallback', 'timeout', 'late']);
const answer = new Set(['reply', 'event']);

/** Small enough to see most of a journey, large enough to read it. */
const READABLE_ZOOM = 0.82;
const SMALLEST_ZOOM = 0.74;

export default function GraphCanvas({ graph: given, funnel, onStep }: { graph: Graph; funnel: Funnel | undefined; onStep: (step: string) => void }) {
  const graph = useMemo(() => ({ nodes: given.nodes, edges: bundled(given.edges) }), [given]);
  const placed = useMemo(() => layout(graph), [graph]);
  const frame = useRef<HTMLDivElement>(null);
  const nodes = useMemo<StepNode[]>(() => {
    const steps = new Map(funnel?.steps.map((step) => [step.step, step]));
    return graph.nodes.map((node) => ({
      id: node.id,
      type: 'step',
      position: placed.nodes.get(node.id) ?? { x: 0, y: 0 },
      data: { kind: node.kind, text: humanize(node.label || node.id), detail: node.detail ?? '', counts: steps.get(node.id), onOpen: () => onStep(node.id) },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      draggable: false,
      connectable: false,
      ariaLabel: `${label('kind', node.kind)}: ${humanize(node.label || node.id)}`,
    }));
  }, [graph, placed, funnel, onStep]);
  const edges = useMemo<WayEdge[]>(
    () =>
      graph.edges.flatMap((edge, index) => {
        const points = placed.edges[index];
        if (!points) return [];
        const warns = warning.has(edge.kind);
        const stroke = warns ? 'var(--attention-mark)' : answer.has(edge.kind) ? 'var(--accent)' : 'var(--edge)';
        return {
          id: String(index),
          source: edge.from,
          target: edge.to,
          type: 'way',
          data: { points, at: placed.labels[index] ?? null, text: edge.label ? humanize(edge.label) : '', warns },
          style: { stroke, strokeWidth: 1.6, strokeDasharray: warns ? '5 4' : undefined },
          markerEnd: { type: MarkerType.ArrowClosed, color: stroke, width: 14, height: 14 },
          focusable: false,
        };
      }),
    [graph, placed],
  );

  /** Starts at the first step, readable, in the middle; the rest is a scroll away. */
  const start = useCallback(
    (flow: ReactFlowInstance<StepNode, WayEdge>) => {
      const width = frame.current?.clientWidth ?? 800;
      const zoom = Math.max(SMALLEST_ZOOM, Math.min((width - 48) / placed.width, READABLE_ZOOM));
      const [first] = graph.nodes;
      const at = first ? placed.nodes.get(first.id) : undefined;
      const middle = placed.width * zoom <= width - 48 ? placed.width / 2 : (at?.x ?? 0) + NODE_WIDTH / 2;
      void flow.setViewport({ x: width / 2 - middle * zoom, y: 28, zoom });
    },
    [graph, placed],
  );

  return (
    <div ref={frame} className="min-h-0 flex-1 border-t border-line bg-canvas">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onInit={start}
        minZoom={0.2}
        maxZoom={1.6}
        panOnScroll
        nodesDraggable={false}
        nodesConnectable={false}
        deleteKeyCode={null}
        proOptions={{ hideAttribution: true }}
        aria-label={t('graph.label')}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.4} color="var(--line-strong)" />
        <Controls showInteractive={false} position="bottom-left" className="graph-controls" />
      </ReactFlow>
    </div>
  );
}

function StepBox({ data }: NodeProps<StepNode>) {
  const { counts } = data;
  const waiting = counts?.waiting ?? 0;
  return (
    <div className={cx('flex h-full flex-col justify-between rounded-lg border bg-surface px-3 py-2.5 shadow-1', waiting > 0 ? 'border-accent' : 'border-line-strong')}>
      <Handle type="target" position={Position.Top} className="!size-1 !min-h-0 !min-w-0 !border-0 !bg-transparent" />
      <div className="flex min-w-0 items-start gap-2">
        <span className={cx('grid size-7 shrink-0 place-items-center rounded-md', kindColour(data.kind))}>
          <KindIcon kind={data.kind} className="size-4" />
        </span>
        <div className="min-w-0">
          <p className="truncate text-base leading-tight font-medium">{data.text}</p>
          <p className="truncate text-xs text-ink-3" title={data.detail}>
            {data.detail || label('kind', data.kind)}
          </p>
        </div>
      </div>
      <button type="button" onClick={data.onOpen} className="nodrag -mx-1 flex min-h-6 items-center justify-between gap-2 rounded-sm px-1 text-xs text-ink-3 hover:bg-hover" title={t('graph.show_runs')}>
        <span className="tnum">{t('graph.entered', { n: count(counts?.entered ?? 0) })}</span>
        <span className={cx('tnum', waiting > 0 && 'font-medium text-accent')}>{t('graph.waiting', { n: count(waiting) })}</span>
        <span className="tnum">{t('graph.left', { n: count(counts?.left ?? 0) })}</span>
      </button>
      <Handle type="source" position={Position.Bottom} className="!size-1 !min-h-0 !min-w-0 !border-0 !bg-transparent" />
    </div>
  );
}

function Way({ data, style, markerEnd }: EdgeProps<WayEdge>) {
  if (!data) return null;
  return (
    <>
      <BaseEdge path={path(data.points)} style={style} markerEnd={markerEnd} />
      {data.at && (
        <EdgeLabelRenderer>
          <span
            style={{ transform: `translate(-50%, -50%) translate(${data.at.x}px, ${data.at.y}px)` }}
            className={cx('pointer-events-none absolute rounded-full bg-canvas px-1.5 py-px text-2xs whitespace-nowrap', data.warns ? 'text-attention' : 'text-ink-2')}
          >
            {data.text}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

const nodeTypes = { step: StepBox };
const edgeTypes = { way: Way };
