import '@xyflow/react/dist/base.css';

import { Background, BackgroundVariant, Controls, type Edge, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import { useMemo } from 'react';

import type { Funnel, FunnelStep, Graph, NodeKind } from '@/lib/api/types';
import { count } from '@/lib/format';
import { humanize, label, t } from '@/lib/i18n';
import { cx } from '@/ui/cx';

import { kindColours, KindIcon } from './kinds';
import { layout, NODE_HEIGHT, NODE_WIDTH } from './layout';

type StepNode = Node<{ kind: NodeKind; text: string; detail: string; counts?: FunnelStep; onOpen: () => void }, 'step'>;

const edgeColours: Record<string, string> = {
  fallback: 'var(--attention-mark)',
  timeout: 'var(--attention-mark)',
  late: 'var(--attention-mark)',
  reply: 'var(--accent)',
  event: 'var(--accent)',
};

export default function GraphCanvas({ graph, funnel, onStep }: { graph: Graph; funnel: Funnel | undefined; onStep: (step: string) => void }) {
  const placed = useMemo(() => layout(graph), [graph]);
  const nodes = useMemo<StepNode[]>(() => {
    const steps = new Map(funnel?.steps.map((step) => [step.step, step]));
    return graph.nodes.map((node, index) => ({
      id: node.id,
      type: 'step',
      position: { x: placed[index]?.x ?? 0, y: placed[index]?.y ?? 0 },
      data: { kind: node.kind, text: humanize(node.label || node.id), detail: node.detail ?? '', counts: steps.get(node.id), onOpen: () => onStep(node.id) },
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
      draggable: false,
      connectable: false,
      ariaLabel: `${label('kind', node.kind)}: ${node.label}`,
    }));
  }, [graph, placed, funnel, onStep]);
  const edges = useMemo<Edge[]>(
    () =>
      graph.edges.map((edge, index) => {
        const stroke = edgeColours[edge.kind] ?? 'var(--edge)';
        return {
          id: String(index),
          source: edge.from,
          target: edge.to,
          label: edge.label ? humanize(edge.label) : undefined,
          type: 'smoothstep',
          pathOptions: { borderRadius: 14 },
          style: { stroke, strokeWidth: 1.5, strokeDasharray: edge.kind === 'fallback' || edge.kind === 'timeout' || edge.kind === 'late' ? '5 4' : undefined },
          markerEnd: { type: MarkerType.ArrowClosed, color: stroke, width: 15, height: 15 },
          labelStyle: { fill: 'var(--ink-2)', fontSize: 11 },
          labelBgStyle: { fill: 'var(--canvas)' },
          labelBgPadding: [5, 2],
          labelBgBorderRadius: 4,
          focusable: false,
        };
      }),
    [graph],
  );
  return (
    <div className="min-h-0 flex-1 border-t border-line bg-canvas">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        fitView
        fitViewOptions={{ padding: 0.12, maxZoom: 1 }}
        minZoom={0.2}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        deleteKeyCode={null}
        proOptions={{ hideAttribution: true }}
        aria-label={t('graph.label')}
      >
        <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} color="var(--line-strong)" />
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
        <span className={cx('grid size-6 shrink-0 place-items-center rounded-md', kindColours[data.kind])}>
          <KindIcon kind={data.kind} />
        </span>
        <div className="min-w-0">
          <p className="truncate text-sm leading-tight font-medium">{data.text}</p>
          <p className="truncate text-xs text-ink-3" title={data.detail}>
            {data.detail || label('kind', data.kind)}
          </p>
        </div>
      </div>
      <button type="button" onClick={data.onOpen} className="nodrag -mx-1 flex justify-between gap-2 rounded-sm px-1 text-xs text-ink-3 hover:bg-hover" title={t('graph.show_runs')}>
        <span className="tnum">{t('graph.entered', { n: count(counts?.entered ?? 0) })}</span>
        <span className={cx('tnum', waiting > 0 && 'font-medium text-accent')}>{t('graph.waiting', { n: count(waiting) })}</span>
        <span className="tnum">{t('graph.left', { n: count(counts?.left ?? 0) })}</span>
      </button>
      <Handle type="source" position={Position.Bottom} className="!size-1 !min-h-0 !min-w-0 !border-0 !bg-transparent" />
    </div>
  );
}

const nodeTypes = { step: StepBox };
