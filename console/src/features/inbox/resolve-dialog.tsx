import { useState } from 'react';

import { t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Dialog } from '@/ui/dialog';

/** Closing asks for a category from a governed list (R-INB-8): free words could never be counted. */
const categories = ['answered', 'rescheduled', 'cancelled', 'complaint', 'wrong_number', 'no_reply', 'other'] as const;

export default function ResolveDialog({ onClose, onResolve }: { onClose: () => void; onResolve: (category: string) => void }) {
  const [category, setCategory] = useState<string>(categories[0]);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('resolve.title')}
      description={t('resolve.lead')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="primary" onClick={() => onResolve(category)}>
            {t('case.resolve')}
          </Button>
        </>
      }
    >
      <fieldset>
        <legend className="sr-only">{t('resolve.category')}</legend>
        <div className="flex flex-col gap-1">
          {categories.map((option) => (
            <label
              key={option}
              className={cx('flex h-10 cursor-pointer items-center gap-3 rounded-md px-3 has-focus-visible:outline-2 has-focus-visible:outline-accent', option === category ? 'bg-accent-soft text-accent-soft-ink' : 'hover:bg-hover')}
            >
              <input type="radio" name="category" value={option} checked={option === category} onChange={() => setCategory(option)} className="size-4 accent-(--accent)" />
              {t(`category.${option}`)}
            </label>
          ))}
        </div>
      </fieldset>
    </Dialog>
  );
}
