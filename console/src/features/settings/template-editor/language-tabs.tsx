import { useState } from 'react';

import { t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Input } from '@/ui/field';

import { TakeAway } from './parts';

interface Props {
  languages: string[];
  faulty: Set<string>;
  language: string;
  onPick: (tag: string) => void;
  onAdd: (tag: string) => void;
  onRemove: (tag: string) => void;
}

/** Which language is written, and further ones, each of which is reviewed for itself. */
export function LanguageTabs({ languages, faulty, language, onPick, onAdd, onRemove }: Props) {
  const [tag, setTag] = useState('');
  const fits = /^[a-z]{2,3}([-_][A-Za-z0-9]+)*$/.test(tag.trim()) && !languages.includes(tag.trim());
  const add = (): void => {
    if (!fits) return;
    onAdd(tag.trim());
    setTag('');
  };
  return (
    <div role="group" aria-label={t('templates.languages')} className="flex flex-wrap items-center gap-1.5">
      {languages.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === language}
          onClick={() => onPick(one)}
          className={cx('rounded-md px-2.5 py-1 text-sm', one === language ? 'bg-accent-soft font-medium text-accent-soft-ink' : 'text-ink-2 hover:bg-hover')}
        >
          {one}
          {faulty.has(one) && <span className="ml-1 text-danger">{t('templates.language_faulty')}</span>}
        </button>
      ))}
      {languages.length > 1 && <TakeAway label={t('templates.language_away', { language })} onClick={() => onRemove(language)} />}
      <span className="ml-auto flex items-center gap-1.5">
        <Input
          aria-label={t('templates.language_new')}
          placeholder={t('templates.language_new')}
          className="w-36"
          value={tag}
          onChange={(event) => setTag(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button size="sm" disabled={!fits} onClick={add}>
          {t('templates.language_add')}
        </Button>
      </span>
    </div>
  );
}
