import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { Sender } from '@/lib/api/types';
import { label, maybe, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input, Select, TextArea } from '@/ui/field';
import { ProblemBox } from '@/ui/states';

import { initialFields, missingFields, providerDraft, type SenderField, type SenderKindName, senderKinds } from './sender-kinds';

const names = Object.keys(senderKinds) as SenderKindName[];

/** Connects a sender. Its secrets go in and are never shown again; "Examine" then says whether the set-up works. */
export function ConnectSender({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [kind, setKind] = useState<SenderKindName>('whatsapp_cloud');
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [rate, setRate] = useState<string>(senderKinds.whatsapp_cloud.perSecond);
  const [values, setValues] = useState(() => initialFields('whatsapp_cloud'));
  const about = senderKinds[kind];
  const missing = missingFields(kind, values);
  const perSecond = Number(rate);
  const ready = name.trim() !== '' && address.trim() !== '' && Number.isInteger(perSecond) && perSecond > 0 && missing.length === 0;
  const connect = useMutation({
    mutationFn: () => api.post<Sender>('/v1/senders', { name: name.trim(), address: address.trim(), per_second: perSecond, provider: providerDraft(kind, values) }),
    onSuccess: (sender) => {
      void client.invalidateQueries({ queryKey: keys.senders() });
      notify('ok', t('senders.connected', { name: sender.name }), t('senders.connected_next', { path: sender.webhook_path }));
      onClose();
    },
  });
  const pick = (next: SenderKindName): void => {
    setKind(next);
    setRate(senderKinds[next].perSecond);
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
        <Field label={t('senders.its_name')} hint={t('senders.its_name_hint')}>
          {(props) => <Input {...props} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={label(`sender_field.${kind}`, 'address')} hint={maybe(`sender_hint.${kind}.address`)}>
          {(props) => <Input {...props} value={address} onChange={(event) => setAddress(event.target.value)} />}
        </Field>
        <Field label={t('senders.its_rate')} hint={t('senders.its_rate_hint')}>
          {(props) => <Input {...props} type="number" min={1} value={rate} onChange={(event) => setRate(event.target.value)} />}
        </Field>
        {about.fields.map((field) => (
          <OneField key={`${kind}${field.path}`} kind={kind} field={field} value={values[field.path] ?? ''} onChange={(next) => setValues((before) => ({ ...before, [field.path]: next }))} />
        ))}
      </div>
    </Dialog>
  );
}

function OneField({ kind, field, value, onChange }: { kind: SenderKindName; field: SenderField; value: string; onChange: (next: string) => void }) {
  const name = label(`sender_field.${kind}`, field.path);
  const hint = maybe(`sender_hint.${kind}.${field.path}`);
  if (field.kind === 'check') {
    return (
      <label className="flex items-start gap-2.5 text-sm">
        <input type="checkbox" className="mt-0.5 size-4 accent-(--accent)" checked={value === 'true'} onChange={(event) => onChange(event.target.checked ? 'true' : '')} />
        <span>
          {name}
          {hint && <span className="block text-xs text-ink-3">{hint}</span>}
        </span>
      </label>
    );
  }
  return (
    <Field label={field.required ? `${name} *` : name} hint={hint}>
      {(props) =>
        field.choices ? (
          <Select {...props} value={value} onChange={(event) => onChange(event.target.value)}>
            {field.choices.map((choice) => (
              <option key={choice}>{choice}</option>
            ))}
          </Select>
        ) : field.long ? (
          <TextArea {...props} rows={3} required={field.required} value={value} autoComplete="off" spellCheck={false} className="font-mono text-xs!" onChange={(event) => onChange(event.target.value)} />
        ) : (
          <Input {...props} type={field.secret ? 'password' : field.kind === 'number' ? 'number' : 'text'} required={field.required} autoComplete={field.secret ? 'new-password' : 'off'} value={value} onChange={(event) => onChange(event.target.value)} />
        )
      }
    </Field>
  );
}
