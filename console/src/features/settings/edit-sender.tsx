import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { Sender, SenderSettings } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { ProblemBox, SkeletonRows } from '@/ui/states';

import { basicsReady, rateOf, type SenderBasics, SenderFields } from './sender-form';
import { fieldsFrom, isKind, keptSecrets, missingFields, providerDraft, type SenderKindName } from './sender-kinds';

/** Changes a connected sender. A secret whose field is left empty stays as it is. */
export function EditSender({ sender, onClose }: { sender: Sender; onClose: () => void }) {
  const settings = useQuery({
    queryKey: keys.senderSettings(sender.id),
    queryFn: ({ signal }) => api.get<SenderSettings>(`/v1/senders/${sender.id}/settings`, {}, signal),
    staleTime: 0,
    gcTime: 0,
  });
  if (settings.data && isKind(sender.provider)) return <Form sender={sender} kind={sender.provider} settings={settings.data} onClose={onClose} />;
  return (
    <Dialog open wide onClose={onClose} title={t('senders.edit_of', { name: sender.name })} footer={<Button onClick={onClose}>{t('action.cancel')}</Button>}>
      {settings.isError ? <ProblemBox error={settings.error} onRetry={() => void settings.refetch()} /> : <SkeletonRows rows={5} className="h-12" />}
    </Dialog>
  );
}

function Form({ sender, kind, settings, onClose }: { sender: Sender; kind: SenderKindName; settings: SenderSettings; onClose: () => void }) {
  const client = useQueryClient();
  const [basics, setBasics] = useState<SenderBasics>({ name: settings.name, address: settings.address, rate: String(settings.per_second) });
  const [values, setValues] = useState(() => fieldsFrom(kind, settings.provider));
  const kept = keptSecrets(settings, values);
  const ready = basicsReady(basics) && missingFields(kind, values, kept).length === 0;
  const save = useMutation({
    mutationFn: () =>
      api.put<Sender>(`/v1/senders/${sender.id}/settings`, { name: basics.name.trim(), address: basics.address.trim(), per_second: rateOf(basics), provider: providerDraft(kind, values, settings.provider) }),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.senders() });
      notify('ok', t('senders.saved'), t('senders.saved_next'));
      onClose();
    },
  });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('senders.edit_of', { name: sender.name })}
      description={t('senders.edit_lead')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="primary" disabled={!ready} busy={save.isPending} onClick={() => save.mutate()}>
            {t('senders.save')}
          </Button>
        </>
      }
    >
      {save.isError && <ProblemBox error={save.error} className="mb-3" />}
      <div className="grid gap-3 sm:grid-cols-2">
        <SenderFields
          kind={kind}
          basics={basics}
          values={values}
          kept={kept}
          onBasics={(change) => setBasics((before) => ({ ...before, ...change }))}
          onValue={(path, value) => setValues((before) => ({ ...before, [path]: value }))}
        />
      </div>
    </Dialog>
  );
}
