import { useState } from 'react';

import { t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Input } from '@/ui/field';

/** A stop has no way back, and its reason is kept with every recipient that it concerns. */
export function StopDialog({ onClose, onStop }: { onClose: () => void; onStop: (reason: string | undefined) => void }) {
  const [reason, setReason] = useState('');
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('broadcast.stop.title')}
      description={t('broadcast.stop.lead')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="danger" onClick={() => onStop(reason.trim() || undefined)}>
            {t('broadcast.act.stop')}
          </Button>
        </>
      }
    >
      <label className="flex flex-col gap-1.5 text-sm">
        {t('broadcast.stop.reason')}
        <Input value={reason} maxLength={500} onChange={(event) => setReason(event.target.value)} />
      </label>
    </Dialog>
  );
}
