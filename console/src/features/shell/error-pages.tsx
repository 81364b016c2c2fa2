import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';

import { t } from '@/lib/i18n';
import { Button } from '@/ui/button';
import { Empty, ProblemBox } from '@/ui/states';

export function NotFoundPage() {
  return (
    <div className="grid min-h-full flex-1 place-items-center">
      <Empty
        icon={<Compass aria-hidden />}
        title={t('notfound.title')}
        action={
          <Link to="/inbox" className="text-accent underline underline-offset-4">
            {t('notfound.back')}
          </Link>
        }
      >
        {t('notfound.lead')}
      </Empty>
    </div>
  );
}

/** Keeps a fault inside its screen: the rest of the console stays usable. */
export function CrashPage({ error, reset }: ErrorComponentProps) {
  return (
    <div className="mx-auto w-full max-w-lg px-5 py-16">
      <h1 className="mb-3 text-xl font-semibold tracking-tight">{t('crash.title')}</h1>
      <ProblemBox error={error} onRetry={reset} />
      <div className="mt-4">
        <Button onClick={() => window.location.reload()}>{t('crash.reload')}</Button>
      </div>
    </div>
  );
}
