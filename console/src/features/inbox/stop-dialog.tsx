import type { Run } from '@/lib/api/types';
import { humanize, t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';

/** Stopping a run cannot be undone, so it asks first and says what it does. */
export default function StopDialog({ run, onClose, onStop }: { run: Run; onClose: () => void; onStop: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('panel.stop.title', { journey: run.title ?? humanize(run.journey) })}
      description={t('panel.stop.lead')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button
            tone="danger"
            onClick={() => {
              onStop();
              onClose();
            }}
          >
            {t('panel.stop_run')}
          </Button>
        </>
      }
    >
      <p className="text-sm text-ink-2">{t('panel.stop.detail', { step: humanize(run.step) })}</p>
    </Dialog>
  );
}
