import { AlertTriangle, CheckCircle2, X } from 'lucide-react';

import { t } from '@/lib/i18n';
import { dismiss, useToasts } from '@/lib/toasts';

export function Toaster() {
  const toasts = useToasts();
  return (
    <div role="status" aria-live="polite" className="pointer-events-none fixed inset-x-3 bottom-20 z-70 flex flex-col items-center gap-2 sm:bottom-5">
      {toasts.map((toast) => (
        <div key={toast.id} className="rise pointer-events-auto flex max-w-md items-start gap-2.5 rounded-lg border border-line bg-raised py-2.5 pr-2 pl-3.5 text-sm shadow-2">
          {toast.tone === 'ok' ? (
            <CheckCircle2 aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
          ) : (
            <AlertTriangle aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
          )}
          <div className="min-w-0">
            <p className="font-medium">{toast.title}</p>
            {toast.detail && <p className="text-ink-2">{toast.detail}</p>}
          </div>
          <button type="button" aria-label={t('action.dismiss')} onClick={() => dismiss(toast.id)} className="grid size-6 shrink-0 place-items-center rounded-md text-ink-3 hover:bg-hover">
            <X aria-hidden className="size-3.5" />
          </button>
        </div>
      ))}
    </div>
  );
}
