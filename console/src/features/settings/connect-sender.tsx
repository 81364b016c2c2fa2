import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { Sender } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Select } from '@/ui/field';
import { ProblemBox } from '@/ui/states';

import { basicsReady, rateOf, type SenderBasics, SenderFields } from './sender-form';
import { initialFields, missingFields, providerDraft, type SenderKindName, senderKinds } from './sender-kinds';

const names = Object.keys(senderKinds) as SenderKindName[];

/** Connects a sender. Its secrets go in and are never shown again; "Examine" then says whether the set-up works. */
export function ConnectSender({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<SenderKindName>('whatsapp_cloud');
  const [basics, setBasics] = useState<SenderBasics>({ name: '', address: '', rate: senderKinds.whatsapp_cloud.perSecond });
  const [values, setValues] = useState(() => initialFields('whatsapp_cloud'));
  const ready = basicsReady(basics) && missingFields(kind, values).length === 0;
  const connect = useMutation({
    mutationFn: () => api.post<Sender>('/v1/senders', { name: basics.name.trim(), address: basics.address.trim(), per_second: rateOf(basics), provider: providerDraft(kind, values) }),
    onSuccess: (sender) => {
      void client.invalidateQueries({ queryKey: keys.senders() });
      notify('ok', t('senders.connected', { name: sender.name }), sender.webhook_path === '' ? t('senders.connected_examine') : t('senders.connected_next', { path: sender.webhook_path }));
      onClose();
    },
  });
  const pick = (next: SenderKindName): void => {
    setKind(next);
    setBasics((before) => ({ ...before, rate: senderKinds[next].perSecond }));
    setValues(initialFields(next));
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('senders.connect')}
      description={t('senders.connect_lead')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="primary" disabled={!ready} busy={connect.isPending} onClick={() => connect.mutate()}>
            {t('senders.connect')}
          </Button>
        </>
      }
    >
      {connect.isError && <ProblemBox error={connect.error} className="mb-3" />}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('senders.provider')}>
          {(props) => (
            <Select {...props} value={kind} onChange={(event) => pick(event.target.value as SenderKindName)}>
              {names.map((one) => (
                <option key={one} value={one}>
                  {t(`senders.provider.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <SenderFields
          kind={kind}
          basics={basics}
          values={values}
          onBasics={(change) => setBasics((before) => ({ ...before, ...change }))}
          onValue={(path, value) => setValues((before) => ({ ...before, [path]: value }))}
        />
      </div>
    </Dialog>
  );
}
