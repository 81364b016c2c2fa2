import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ListChecks } from 'lucide-react';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { Queue } from '@/lib/api/types';
import { count, span } from '@/lib/format';
import { t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input } from '@/ui/field';
import { Card, Table } from '@/ui/page';
import { Empty, ProblemBox } from '@/ui/states';

import { Listed, useList } from './use-list';

export function QueuesSection() {
  const queues = useList<Queue>(keys.queues(), '/v1/queues');
  const [edited, setEdited] = useState<Queue | null>(null);
  return (
    <>
      <Listed query={queues} empty={<Empty icon={<ListChecks aria-hidden />} title={t('queues.empty.title')}>{t('queues.empty.lead')}</Empty>}>
        {(items) => (
          <Card>
            <Table label={t('settings.section.queues')} head={[t('queues.name'), t('queues.reply_within'), t('queues.waiting'), t('queues.open'), '']}>
              {items.map((queue) => (
                <tr key={queue.id}>
                  <td>
                    <span className="block font-medium">{queue.name}</span>
                    <span className="block font-mono text-xs text-ink-3">{queue.id}</span>
                  </td>
                  <td className="tnum">{queue.reply_within_ms ? span(queue.reply_within_ms) : '—'}</td>
                  <td className="tnum">{count(queue.waiting ?? 0)}</td>
                  <td className="tnum">{count(queue.open ?? 0)}</td>
                  <td className="text-right">
                    <Button size="sm" onClick={() => setEdited(queue)}>
                      {t('action.edit')}
                    </Button>
                  </td>
                </tr>
              ))}
            </Table>
          </Card>
        )}
      </Listed>
      {edited && <QueueDialog queue={edited} onClose={() => setEdited(null)} />}
    </>
  );
}

function QueueDialog({ queue, onClose }: { queue: Queue; onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(queue.name);
  const [minutes, setMinutes] = useState(String(Math.round((queue.reply_within_ms ?? 0) / 60_000) || ''));
  const save = useMutation({
    mutationFn: () => api.put(`/v1/queues/${queue.id}`, { name, reply_within_ms: minutes ? Number(minutes) * 60_000 : null, members: queue.members ?? [] }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.queues() });
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('queues.edit', { name: queue.name })}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="primary" busy={save.isPending} disabled={!name.trim()} onClick={() => save.mutate()}>
            {t('action.save')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {save.isError && <ProblemBox error={save.error} />}
        <Field label={t('queues.name')}>{(props) => <Input {...props} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <Field label={t('queues.minutes')} hint={t('queues.minutes_hint')}>
          {(props) => <Input {...props} type="number" min={1} max={10_080} value={minutes} onChange={(event) => setMinutes(event.target.value)} />}
        </Field>
      </div>
    </Dialog>
  );
}
