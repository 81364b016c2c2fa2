import { lazy, type ReactElement, type ReactNode, Suspense } from 'react';

export interface MenuEntry {
  id: string;
  text: string;
  icon?: ReactNode;
  keys?: string;
  checked?: boolean;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
}
export interface MenuGroup {
  label?: string;
  entries: MenuEntry[];
}
export interface MenuProps {
  trigger: ReactElement;
  groups: MenuGroup[];
  align?: 'start' | 'end';
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

// Placing and moving through menus is a fifth of the first screen's code, and nobody opens one before the screen is there.
const MenuPopup = lazy(() => import('./menu-popup'));

export function Menu(props: MenuProps) {
  return (
    <Suspense fallback={props.trigger}>
      <MenuPopup {...props} />
    </Suspense>
  );
}
