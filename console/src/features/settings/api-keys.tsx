import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Trash2 } from 'lucide-react';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { ApiKey } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { tell } from '@/lib/problems';
import { Badge } from '@/ui/badge';
import { Button, IconButton } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input } from '@/ui/field';
import { Card } from '@/ui/page';
import { Empty, ProblemBox } from '@/ui/states';
import { Ago } from '@/ui/time';

import { useSession } from '../session/queries';
import { ShownOnce } from './shown-once';
import { Listed, useList } from './use-list';

export function ApiKeysSection() {
  const list = useList<ApiKey>(keys.keys(), '/v1/api_keys');
  const client = useQueryClient();
  const [creating, setCreating] = useState(false);
  const [removing, setRemoving] = useState<ApiKey | null>(null);
  const remove = useMutation({
    mutationFn: (id: string) => api.delete(`/v1/api_keys/${id}`),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.keys() }),
    onError: tell,
  });
  return (
    <>
      <div className="mb-3 flex justify-end">
        <Button tone="primary" onClick={() => setCreating(true)}>
          <KeyRound aria-hidden /> {t('api_keys.create')}
        </Button>
      </div>
      <Listed query={list} empty={<Empty icon={<KeyRound aria-hidden />} title={t('api_keys.empty.title')}>{t('api_keys.empty.lead')}</Empty>}>
        {(items) => (
          <Card>
            <ul className="divide-y divide-line">
              {items.map((key) => (
                <li key={key.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm">
                  <div className="min-w-0 flex-1 basis-44">
                    <p className="truncate font-medium">{key.name}</p>
                    {key.prefix && <code className="font-mono text-xs text-ink-3">{key.prefix}…</code>}
                  </div>
                  <div className="flex max-w-sm flex-wrap gap-1">
                    {key.scopes.map((scope) => (
                      <Badge key={scope}>{scope}</Badge>
                    ))}
                  </div>
                  <span className="w-28 text-xs text-ink-3">
                    {key.last_used_at ? (
                      <>
                        {t('api_keys.used')} <Ago at={key.last_used_at} />
                      </>
                    ) : (
                      t('api_keys.never_used')
                    )}
                  </span>
                  <IconButton label={t('api_keys.remove', { name: key.name })} onClick={() => setRemoving(key)}>
                    <Trash2 aria-hidden />
                  </IconButton>
                </li>
              ))}
            </ul>
          </Card>
        )}
      </Listed>
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
      {removing && (
        <Dialog
          open
          onClose={() => setRemoving(null)}
          title={t('api_keys.remove', { name: removing.name })}
          footer={
            <>
              <Button onClick={() => setRemoving(null)}>{t('action.cancel')}</Button>
              <Button
                tone="danger"
                onClick={() => {
                  remove.mutate(removing.id);
                  setRemoving(null);
                }}
              >
                {t('api_keys.confirm_remove')}
              </Button>
            </>
          }
        >
          <p className="text-sm">{t('api_keys.remove_lead')}</p>
        </Dialog>
      )}
    </>
  );
}

/** Scopes a key may have: those of the person who makes it, as the server states them. */
function CreateDialog({ onClose }: { onClose: () => void }) {
  const { scopes } = useSession();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>(() => scopes.filter((scope) => scope === 'events:write'));
  const create = useMutation({
    mutationFn: () => api.post<ApiKey>('/v1/api_keys', { name, scopes: chosen }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.keys() }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('api_keys.create')}
      footer={
        create.data ? (
          <Button tone="primary" onClick={onClose}>
            {t('action.done')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button tone="primary" busy={create.isPending} disabled={!name.trim() || chosen.length === 0} onClick={() => create.mutate()}>
              {t('api_keys.create')}
            </Button>
          </>
        )
      }
    >
      {create.data?.secret ? (
        <ShownOnce text={create.data.secret} label={t('api_keys.secret')} hint={t('api_keys.secret_hint')} />
      ) : (
        <div className="flex flex-col gap-4">
          {create.isError && <ProblemBox error={create.error} />}
          <Field label={t('api_keys.name')} hint={t('api_keys.name_hint')}>
            {(props) => <Input {...props} value={name} onChange={(event) => setName(event.target.value)} />}
          </Field>
          <fieldset>
            <legend className="mb-1.5 text-sm font-medium">{t('api_keys.scopes')}</legend>
            <div className="grid gap-1 sm:grid-cols-2">
              {scopes.map((scope) => (
                <label key={scope} className="flex h-8 cursor-pointer items-center gap-2.5 rounded-md px-2 text-sm hover:bg-hover">
                  <input
                    type="checkbox"
                    className="size-4 accent-(--accent)"
                    checked={chosen.includes(scope)}
                    onChange={(event) => setChosen(event.target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))}
                  />
                  {scope}
                </label>
              ))}
            </div>
          </fieldset>
        </div>
      )}
    </Dialog>
  );
}
