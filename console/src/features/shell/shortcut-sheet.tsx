import { t } from '@/lib/i18n';
import { Dialog } from '@/ui/dialog';
import { Keys } from '@/ui/kbd';

const groups = [
  {
    title: 'shortcuts.anywhere',
    rows: [
      ['mod+k', 'shortcuts.palette'],
      ['/', 'shortcuts.search'],
      ['g i', 'shortcuts.go_inbox'],
      ['g j', 'shortcuts.go_journeys'],
      ['g b', 'shortcuts.go_broadcasts'],
      ['g c', 'shortcuts.go_contacts'],
      ['g p', 'shortcuts.go_phones'],
      ['g s', 'shortcuts.go_settings'],
      ['?', 'shortcuts.this'],
    ],
  },
  {
    title: 'shortcuts.inbox',
    rows: [
      ['j', 'shortcuts.next'],
      ['k', 'shortcuts.previous'],
      ['Enter', 'shortcuts.open'],
      ['r', 'shortcuts.reply'],
      ['n', 'shortcuts.note'],
      ['a', 'shortcuts.assign'],
      ['e', 'shortcuts.resolve'],
      ['b', 'shortcuts.bot'],
      ['u', 'shortcuts.back'],
      ['mod+Enter', 'shortcuts.send'],
    ],
  },
] as const;

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={t('shortcuts.title')} wide>
      <div className="grid gap-8 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-2 text-xs font-medium text-ink-3">{t(group.title)}</h3>
            <dl>
              {group.rows.map(([keys, text]) => (
                <div key={keys} className="flex items-center justify-between border-b border-line py-1.5 text-sm last:border-0">
                  <dt>{t(text)}</dt>
                  <dd>
                    <Keys keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
