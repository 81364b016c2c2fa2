import { X } from 'lucide-react';
import { useState } from 'react';

import { t } from '@/lib/i18n';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input } from '@/ui/field';

export default function LabelDialog({ labels, onClose, onSave }: { labels: string[]; onClose: () => void; onSave: (add: string[], remove: string[]) => void }) {
  const [shown, setShown] = useState(labels);
  const [text, setText] = useState('');
  const add = (): void => {
    const name = text.trim();
    if (name && !shown.includes(name)) setShown([...shown, name]);
    setText('');
  };
  const save = (): void => {
    const wanted = text.trim() && !shown.includes(text.trim()) ? [...shown, text.trim()] : shown;
    onSave(
      wanted.filter((name) => !labels.includes(name)),
      labels.filter((name) => !wanted.includes(name)),
    );
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('case.labels')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="primary" onClick={save}>
            {t('action.save')}
          </Button>
        </>
      }
    >
      <ul className="mb-4 flex min-h-6 flex-wrap gap-1.5">
        {shown.map((name) => (
          <li key={name}>
            <Badge>
              {name}
              <button type="button" aria-label={t('labels.remove', { name })} onClick={() => setShown(shown.filter((other) => other !== name))} className="-mr-1 grid size-4 place-items-center rounded-full hover:bg-hover">
                <X aria-hidden />
              </button>
            </Badge>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <Field label={t('labels.add')} hint={t('labels.hint')}>
          {(props) => <Input {...props} value={text} maxLength={40} onChange={(event) => setText(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}
