import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ParkingCircle, RotateCw } from 'lucide-react';

import { api } from '@/lib/api/client';
import type { Parked } from '@/lib/api/types';
import { humanize, t, tn } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { tell } from '@/lib/problems';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Card } from '@/ui/page';
import { Empty } from '@/ui/states';
import { Ago } from '@/ui/time';

import { Listed, useList } from './use-list';

export function ParkedSection() {
  const parked = useList<Parked>(keys.parked(), '/v1/parked_signals');
  const client = useQueryClient();
  const retry = useMutation({
    mutationFn: (id: string) => api.post(`/v1/parked_signals/${id}/retry`),
    onSuccess: () => {
      notify('ok', t('parked.retried'));
      void client.invalidateQueries({ queryKey: keys.parked() });
    },
    onError: tell,
  });
  return (
    <Listed query={parked} empty={<Empty icon={<ParkingCircle aria-hidden />} title={t('parked.empty.title')}>{t('parked.empty.lead')}</Empty>}>
      {(items) => (
        <Card>
          <ul className="divide-y divide-line text-sm">
            {items.map((item) => (
              <li key={item.signal.id} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
                <div className="min-w-0 flex-1 basis-64">
                  <p className="font-medium">
                    {humanize(kindOf(item.signal.body))} <span className="font-normal text-ink-3">· {item.signal.source}</span>
                  </p>
                  <p className="mt-0.5 text-danger">{item.error}</p>
                  <p className="mt-0.5 text-xs text-ink-3">
                    <code className="font-mono">{item.signal.id}</code> · {tn('parked.tries', item.tries)} · <Ago at={item.parked_at} />
                  </p>
                </div>
                <Button size="sm" busy={retry.isPending && retry.variables === item.signal.id} onClick={() => retry.mutate(item.signal.id)}>
                  <RotateCw aria-hidden /> {t('action.retry')}
                </Button>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Listed>
  );
}

/** What kind of signal it is, as far as its body says so. */
function kindOf(body: unknown): string {
  const kind = body && typeof body === 'object' && 'kind' in body ? body.kind : null;
  return typeof kind === 'string' ? kind : t('parked.signal');
}
