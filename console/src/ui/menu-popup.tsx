import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';

import { cx } from './cx';
import { Keys } from './kbd';
import type { MenuProps } from './menu';

export default function MenuPopup({ trigger, groups, align = 'end', open, onOpenChange }: MenuProps) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={6} className="z-60 outline-none">
          <Base.Popup className="pop max-h-[min(70dvh,26rem)] min-w-52 overflow-y-auto rounded-lg border border-line bg-raised p-1 text-sm shadow-2 outline-none">
            {groups
              .filter((group) => group.entries.length > 0)
              .map((group, index) => (
                <Base.Group key={group.label ?? index} className={cx(index > 0 && 'mt-1 border-t border-line pt-1')}>
                  {group.label && <Base.GroupLabel className="px-2 pt-1.5 pb-1 text-xs text-ink-3">{group.label}</Base.GroupLabel>}
                  {group.entries.map((entry) => (
                    <Base.Item
                      key={entry.id}
                      disabled={entry.disabled}
                      onClick={entry.onSelect}
                      className={cx(
                        'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 py-1 outline-none data-disabled:opacity-50 data-highlighted:bg-hover [&_svg]:size-4 [&_svg]:shrink-0',
                        entry.danger ? 'text-danger' : 'text-ink',
                      )}
                    >
                      {entry.icon && <span className="text-ink-3">{entry.icon}</span>}
                      <span className="min-w-0 flex-1 truncate">{entry.text}</span>
                      {entry.checked && <Check aria-hidden className="text-accent" />}
                      {entry.keys && <Keys keys={entry.keys} />}
                    </Base.Item>
                  ))}
                </Base.Group>
              ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
