import { useState } from 'react';

import type { AddressKey, Channel, ConsentState, Contact, Purpose } from '@/lib/api/types';
import { addressText } from '@/lib/format';
import { t } from '@/lib/i18n';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input, Select } from '@/ui/field';
import { ProblemBox } from '@/ui/states';

import { purposes } from './consent-matrix';
import { useRecordConsent } from './queries';

/** A person told an agent yes or no: it becomes an entry of its own, with the agent as witness. */
export function ConsentForm({ contact, onClose }: { contact: Contact; onClose: () => void }) {
  const usable = contact.addresses.filter((address) => address.kind !== 'external');
  const [address, setAddress] = useState(0);
  const [channel, setChannel] = useState<Channel | ''>('');
  const [purpose, setPurpose] = useState<Purpose | ''>('promotional');
  const [state, setState] = useState<ConsentState>('opted_out');
  const [source, setSource] = useState('');
  const record = useRecordConsent(contact.id);
  const key: AddressKey | undefined = usable[address] && { kind: usable[address].kind, value: usable[address].value };
  const save = (): void => {
    if (!key) return;
    record.mutate(
      { address: key, channel: channel || null, purpose: purpose || null, state, source: source.trim() },
      {
        onSuccess: () => {
          notify('ok', t('consent.recorded'));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('consent.record')}
      description={t('consent.record_lead')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button tone="primary" busy={record.isPending} disabled={!key || source.trim() === ''} onClick={save}>
            {t('consent.record')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {record.isError && <ProblemBox error={record.error} />}
        <Field label={t('consent.state')}>
          {(props) => (
            <Select {...props} value={state} onChange={(event) => setState(event.target.value as ConsentState)}>
              <option value="opted_out">{t('consent.opted_out')}</option>
              <option value="opted_in">{t('consent.opted_in')}</option>
            </Select>
          )}
        </Field>
        <Field label={t('consent.address')}>
          {(props) => (
            <Select {...props} value={address} onChange={(event) => setAddress(Number(event.target.value))}>
              {usable.map((option, index) => (
                <option key={option.value} value={index}>
                  {addressText(option)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="grid grid-cols-2 gap-4">
          <Field label={t('consent.channel')}>
            {(props) => (
              <Select {...props} value={channel} onChange={(event) => setChannel(event.target.value as Channel | '')}>
                <option value="">{t('consent.all_channels_option')}</option>
                {(['whatsapp', 'sms', 'email'] as const).map((option) => (
                  <option key={option} value={option}>
                    {t(`channel.${option}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t('consent.purpose')}>
            {(props) => (
              <Select {...props} value={purpose} onChange={(event) => setPurpose(event.target.value as Purpose | '')}>
                <option value="">{t('consent.all_purposes_option')}</option>
                {purposes.map((option) => (
                  <option key={option} value={option}>
                    {t(`purpose.${option}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <Field label={t('consent.source')} hint={t('consent.source_hint')}>
          {(props) => <Input {...props} value={source} required onChange={(event) => setSource(event.target.value)} />}
        </Field>
      </div>
    </Dialog>
  );
}
