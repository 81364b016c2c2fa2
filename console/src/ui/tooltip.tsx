import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactElement } from 'react';

import { Keys } from './kbd';

export const TipProvider = Tooltip.Provider;

export function Tip({ text, keys, children, side = 'bottom' }: { text: string; keys?: string; children: ReactElement; side?: 'top' | 'bottom' | 'left' | 'right' }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className="z-60">
          <Tooltip.Popup className="pop flex max-w-72 items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs text-canvas shadow-2">
            {text}
            {keys && <Keys keys={keys} inverse />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
