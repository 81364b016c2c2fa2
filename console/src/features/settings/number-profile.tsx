import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { Sender, SenderProfile } from '@/lib/api/types';
import { humanize, t } from '@/lib/i18n';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input, Select, TextArea } from '@/ui/field';
import { ProblemBox, SkeletonRows } from '@/ui/states';

import { NumberForms } from './number-forms';

/** The provider's limits in letters, and its trades. */
const longest = { about: 139, address: 256, description: 512, email: 128, website: 256 } as const;
const trades = ['OTHER', 'AUTO', 'BEAUTY', 'APPAREL', 'EDU', 'ENTERTAIN', 'EVENT_PLAN', 'FINANCE', 'GROCERY', 'GOVT', 'HOTEL', 'HEALTH', 'NONPROFIT', 'PROF_SERVICES', 'RETAIL', 'TRAVEL', 'RESTAURANT'];

/** What people see of a WhatsApp number, and the forms that it can send. */
export function NumberProfile({ sender, onClose }: { sender: Sender; onClose: () => void }) {
  const profile = useQuery({ queryKey: ['sender', sender.id, 'profile'], queryFn: ({ signal }) => api.get<SenderProfile>(`/v1/senders/${sender.id}/profile`, {}, signal) });
  return (
    <Dialog open kind="drawer" onClose={onClose} title={t('senders.profile_of', { name: sender.name })} description={t('senders.profile_lead')}>
      <div className="flex flex-col gap-6">
        {profile.data ? <ProfileForm sender={sender} profile={profile.data} /> : profile.error ? <ProblemBox error={profile.error} onRetry={() => void profile.refetch()} /> : <SkeletonRows rows={5} className="h-12" />}
        <NumberForms sender={sender} />
      </div>
    </Dialog>
  );
}

function ProfileForm({ sender, profile }: { sender: Sender; profile: SenderProfile }) {
  // The provider's word for "none" is no trade that it takes back.
  const trade = profile.vertical === 'UNDEFINED' ? null : profile.vertical;
  const [draft, setDraft] = useState<SenderProfile>({ ...profile, vertical: trade, websites: profile.websites ?? [] });
  const save = useMutation({
    // The picture is only read; what is left out stays as it is.
    mutationFn: () => api.put<SenderProfile>(`/v1/senders/${sender.id}/profile`, { ...draft, picture: undefined, websites: (draft.websites ?? []).map((site) => site.trim()).filter(Boolean) }),
    onSuccess: () => notify('ok', t('senders.profile_saved')),
  });
  const set = (change: Partial<SenderProfile>): void => setDraft((before) => ({ ...before, ...change }));
  const text = (name: 'about' | 'address' | 'description' | 'email', many = false) => (
    <Field label={t(`senders.profile.${name}`)} hint={t('senders.profile_letters', { n: [...(draft[name] ?? '')].length, max: longest[name] })}>
      {(props) =>
        many ? (
          <TextArea {...props} rows={3} maxLength={longest[name]} value={draft[name] ?? ''} onChange={(event) => set({ [name]: event.target.value })} />
        ) : (
          <Input {...props} maxLength={longest[name]} value={draft[name] ?? ''} onChange={(event) => set({ [name]: event.target.value })} />
        )
      }
    </Field>
  );
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {text('about')}
      {text('description', true)}
      {text('address')}
      {text('email')}
      {[0, 1].map((index) => (
        <Field key={index} label={t('senders.profile.website', { n: index + 1 })}>
          {(props) => (
            <Input
              {...props}
              type="url"
              maxLength={longest.website}
              value={draft.websites?.[index] ?? ''}
              onChange={(event) => set({ websites: [0, 1].map((at) => (at === index ? event.target.value : (draft.websites?.[at] ?? ''))) })}
            />
          )}
        </Field>
      ))}
      <Field label={t('senders.profile.vertical')}>
        {(props) => (
          <Select {...props} value={draft.vertical ?? ''} onChange={(event) => set({ vertical: event.target.value || null })}>
            {[...new Set([...(trade ? [] : ['']), ...trades, ...(trade ? [trade] : [])])].map((one) => (
              <option key={one} value={one}>
                {one ? humanize(one.toLowerCase()) : '—'}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {save.isError && <ProblemBox error={save.error} />}
      <Button type="submit" tone="primary" className="w-fit" busy={save.isPending}>
        {t('senders.profile_save')}
      </Button>
    </form>
  );
}
