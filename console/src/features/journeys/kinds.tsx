import { Circle, CircleStop, Clock3, GitBranch, Headset, type LucideIcon, MessageCircleReply, PenLine, Radio, Send } from 'lucide-react';

import type { NodeKind } from '@/lib/api/types';

const kindIcons: Record<NodeKind, LucideIcon> = {
  delay: Clock3,
  send: Send,
  await: MessageCircleReply,
  branch: GitBranch,
  set: PenLine,
  emit: Radio,
  hand_off: Headset,
  end: CircleStop,
};

const kindColours: Record<NodeKind, string> = {
  delay: 'bg-sunken text-ink-2',
  send: 'bg-accent-soft text-accent-soft-ink',
  await: 'bg-sms-soft text-sms',
  branch: 'bg-sunken text-ink-2',
  set: 'bg-sunken text-ink-2',
  emit: 'bg-sunken text-ink-2',
  hand_off: 'bg-attention-soft text-attention',
  end: 'bg-ok-soft text-ok',
};

/** Kinds come from the server; one that this console does not know yet looks like a plain step. */
export function kindColour(kind: string | undefined): string {
  return kindColours[kind as NodeKind] ?? 'bg-sunken text-ink-2';
}

export function KindIcon({ kind, className = 'size-3.5' }: { kind: string | undefined; className?: string }) {
  const Icon = kindIcons[kind as NodeKind] ?? Circle;
  return <Icon aria-hidden className={className} />;
}
