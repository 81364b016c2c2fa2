import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';

import { t } from '@/lib/i18n';
import { useLiveState } from '@/lib/live';

/** Says that what is shown may be old. Waits a moment, so that a short break does not flash. */
export function ConnectionBanner() {
  const state = useLiveState();
  const online = useOnline();
  const away = state === 'offline' || !online;
  const [awayLong, setAwayLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAwayLong(away), away ? 1500 : 0);
    return () => clearTimeout(timer);
  }, [away]);
  return (
    <div role="status" aria-live="polite">
      {away && awayLong && (
        <p className="flex items-center justify-center gap-2 bg-attention-soft px-4 py-1.5 text-sm text-attention">
          <WifiOff aria-hidden className="size-4 shrink-0" /> {t('live.offline')}
        </p>
      )}
    </div>
  );
}

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = (): void => setOnline(navigator.onLine);
    window.addEventListener('online', update);
    window.addEventListener('offline', update);
    return () => {
      window.removeEventListener('online', update);
      window.removeEventListener('offline', update);
    };
  }, []);
  return online;
}
