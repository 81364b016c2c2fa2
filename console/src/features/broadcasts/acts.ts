// What may be done with a broadcast, and how its recipients are grouped for the eye.
import type { BroadcastState } from '@/lib/api/types';

export type Act = 'freeze' | 'preview' | 'approve' | 'start' | 'pause' | 'resume' | 'stop';

const offered: Record<BroadcastState, Act[]> = {
  draft: ['freeze', 'start', 'stop'],
  freezing: ['stop'],
  checking: ['preview', 'approve', 'start', 'stop'],
  scheduled: ['pause', 'stop'],
  canary: ['pause', 'stop'],
  running: ['pause', 'stop'],
  paused: ['resume', 'stop'],
  stopping: [],
  stopped: [],
  completed: [],
};

export function acts(state: BroadcastState): Act[] {
  return offered[state];
}

export const groups = {
  reached: ['sent', 'delivered', 'read'],
  not_sent: ['silent', 'held_out', 'expired', 'cancelled'],
  failed: ['failed', 'in_doubt'],
  waiting: ['queued', 'pending'],
} as const;

export type Group = keyof typeof groups;

/** The parts of the bar, without empty ones. */
export function segments(states: Record<string, number>): { group: Group; count: number }[] {
  const parts = (Object.keys(groups) as Group[]).map((group) => ({ group, count: groups[group].reduce((sum, state) => sum + (states[state] ?? 0), 0) }));
  return parts.filter((part) => part.count > 0);
}
