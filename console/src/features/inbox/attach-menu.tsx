import { Contact, File as FileIcon, Link2, List, MapPin, Paperclip, RectangleEllipsis } from 'lucide-react';

import { t } from '@/lib/i18n';
import { Menu } from '@/ui/menu';

import type { AttachmentKind } from './attachment-state';

const icons = { file: FileIcon, buttons: RectangleEllipsis, list: List, link: Link2, location: MapPin, contact: Contact };

/** What this channel takes besides words; nothing where it takes only words. */
export function AttachMenu({ kinds, onPick }: { kinds: AttachmentKind[]; onPick: (kind: AttachmentKind) => void }) {
  if (kinds.length === 0) return null;
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-sm text-ink-2 hover:bg-hover hover:text-ink">
          <Paperclip aria-hidden className="size-3.5" />
          {t('attach.open')}
        </button>
      }
      groups={[
        {
          entries: kinds.map((kind) => {
            const Icon = icons[kind];
            return { id: kind, text: t(`attach.${kind}`), icon: <Icon aria-hidden />, onSelect: () => onPick(kind) };
          }),
        },
      ]}
    />
  );
}
