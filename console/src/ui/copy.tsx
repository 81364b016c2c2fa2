import { Check, Copy } from 'lucide-react';
import { useState } from 'react';

import { t } from '@/lib/i18n';

import { IconButton } from './button';

export function CopyButton({ text, label = t('action.copy') }: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <IconButton label={done ? t('action.copied') : label} className="size-6" onClick={() => void copy()}>
      {done ? <Check aria-hidden className="!size-3.5" /> : <Copy aria-hidden className="!size-3.5" />}
    </IconButton>
  );
}
