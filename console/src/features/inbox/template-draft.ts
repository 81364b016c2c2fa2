import { useMemo, useState } from 'react';

import type { ComposerChannel, ComposerTemplate } from '@/lib/api/types';
import { useNow } from '@/lib/clock';
import { initialValues } from '@/lib/template';
import { groupsOf, slotFault, type SlotGroup } from '@/lib/template-places';

export interface TemplateFilling {
  picked: ComposerTemplate | undefined;
  groups: SlotGroup[];
  /** Of the variables that this language uses. */
  values: Record<string, string>;
  ready: boolean;
  pick: (id: string) => void;
  set: (name: string, value: string) => void;
}

export const idOf = (template: ComposerTemplate): string => `${template.id}/${template.language}`;

/** Which template, and what stands in its variables. Known values are filled in from the start. */
export function useTemplateFilling(channel: ComposerChannel | undefined): TemplateFilling {
  const [id, setId] = useState<string | null>(null);
  const [typed, setTyped] = useState<Record<string, string>>({});
  const nowMs = useNow();
  const picked = channel?.templates.find((template) => idOf(template) === id) ?? channel?.templates[0];
  const groups = useMemo(() => (picked ? groupsOf(picked.text, picked.purpose, picked.variables) : []), [picked]);
  const slots = groups.flatMap((group) => group.slots);
  const start = initialValues(slots.map((slot) => slot.variable));
  const values = Object.fromEntries(Object.entries(start).map(([name, value]) => [name, typed[name] ?? value]));
  return {
    picked,
    groups,
    values,
    ready: picked !== undefined && slots.every((slot) => slotFault(slot, values[slot.variable.name] ?? '', nowMs) === null),
    pick: (next) => {
      setId(next);
      setTyped({});
    },
    set: (name, value) => setTyped((before) => ({ ...before, [name]: value })),
  };
}
