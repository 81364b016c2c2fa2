// What the composer allows, as pure functions of what the server said and of the time.
import type { ComposerChannel, ComposerTemplate, Content, Price, Reply, ThreadItem } from '@/lib/api/types';
import { ApiError } from '@/lib/api/client';

export type WindowState = { kind: 'none' } | { kind: 'open'; closesAt: string } | { kind: 'open_unknown' } | { kind: 'closed' };

/** The free-form window now: the server's word, until its end has passed on the shared clock. */
export function windowState(channel: ComposerChannel, nowMs: number): WindowState {
  if (!channel.window) return { kind: 'none' };
  const { open, closes_at: closesAt } = channel.window;
  if (!open) return { kind: 'closed' };
  if (!closesAt) return { kind: 'open_unknown' };
  return Date.parse(closesAt) > nowMs ? { kind: 'open', closesAt } : { kind: 'closed' };
}

/** Free text may be written only while the server allows it and the window is not over. */
export function mayWrite(channel: ComposerChannel, nowMs: number): boolean {
  return !channel.blocked_reason && channel.free_form.allowed && windowState(channel, nowMs).kind !== 'closed';
}

/** What the next reply will cost: the template's price when one is picked or needed. */
export function nextPrice(channel: ComposerChannel, template: ComposerTemplate | undefined, writing: boolean): Price | null {
  return (writing ? channel.free_form.price : template?.price) ?? null;
}

function usable(channel: ComposerChannel): boolean {
  return !channel.blocked_reason && (channel.free_form.allowed || channel.templates.length > 0);
}

/** The channel to answer on: the person's own latest one where something can be sent, else the first that can. */
export function pickChannel(channels: ComposerChannel[], latest: string | null | undefined): number {
  const same = channels.findIndex((channel) => channel.channel === latest && usable(channel));
  if (same >= 0) return same;
  return Math.max(0, channels.findIndex(usable));
}

export function textReply(channel: ComposerChannel, body: string, seen: string | null): Reply {
  return contentReply(channel, { type: 'text', body: body.trim() }, seen);
}

export function contentReply(channel: ComposerChannel, content: Content, seen: string | null): Reply {
  return { channel: channel.channel, sender: channel.sender, address: channel.address, seen, content };
}

export function templateReply(channel: ComposerChannel, template: ComposerTemplate, variables: Record<string, string>, seen: string | null): Reply {
  return { channel: channel.channel, sender: channel.sender, address: channel.address, seen, template: { id: template.id, language: template.language, variables } };
}

/** The newer items of a compare-and-send conflict (R-INB-5); null for every other error. */
export function conflictOf(error: unknown): ThreadItem[] | null {
  if (!(error instanceof ApiError) || error.status !== 409 || error.code !== 'newer_message') return null;
  const newer = error.problem.newer;
  return Array.isArray(newer) ? (newer as ThreadItem[]) : [];
}
