import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';

import { api } from '@/lib/api/client';
import type { Role, User } from '@/lib/api/types';
import { label, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { tell } from '@/lib/problems';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { Field, Input, Select } from '@/ui/field';
import { Card } from '@/ui/page';
import { ProblemBox } from '@/ui/states';

import { useSession } from '../session/queries';
import { ShownOnce } from './shown-once';
import { Listed, useList } from './use-list';

const roles: Role[] = ['owner', 'admin', 'marketer', 'agent', 'viewer'];

export function UsersSection() {
  const users = useList<User>([...keys.users(), 'settings'], '/v1/users');
  const { user: me } = useSession();
  const client = useQueryClient();
  const [inviting, setInviting] = useState(false);
  const change = useMutation({
    mutationFn: ({ id, ...patch }: { id: string; roles?: Role[]; active?: boolean }) => api.patch(`/v1/users/${id}`, patch),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.users() }),
    onError: tell,
  });
  return (
    <>
      <div className="mb-3 flex justify-end">
        <Button tone="primary" onClick={() => setInviting(true)}>
          <UserPlus aria-hidden /> {t('users.invite')}
        </Button>
      </div>
      <Listed query={users} empty={null}>
        {(items) => (
          <Card>
            <ul className="divide-y divide-line">
              {items.map((user) => (
                <li key={user.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
                  <Avatar name={user.name} />
                  <div className="min-w-0 flex-1 basis-44">
                    <p className="truncate font-medium">
                      {user.name} {user.id === me.id && <span className="text-xs font-normal text-ink-3">{t('users.you')}</span>}
                    </p>
                    <p className="truncate text-xs text-ink-3">{user.email}</p>
                  </div>
                  {user.active === false && <Badge tone="attention">{t('users.inactive')}</Badge>}
                  <Select
                    className="w-auto!"
                    aria-label={t('users.role_of', { name: user.name })}
                    disabled={user.id === me.id}
                    value={user.roles[0]}
                    onChange={(event) => change.mutate({ id: user.id, roles: [event.target.value as Role] })}
                  >
                    {roles.map((role) => (
                      <option key={role} value={role}>
                        {t(`role.${role}`)}
                      </option>
                    ))}
                  </Select>
                  <Button size="sm" tone={user.active === false ? 'plain' : 'danger'} disabled={user.id === me.id} onClick={() => change.mutate({ id: user.id, active: user.active === false })}>
                    {user.active === false ? t('users.activate') : t('users.deactivate')}
                  </Button>
                </li>
              ))}
            </ul>
          </Card>
        )}
      </Listed>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

function InviteDialog({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('agent');
  const invite = useMutation({
    mutationFn: () => api.post<User & { sign_in_url?: string }>('/v1/users', { name, email, roles: [role] }),
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.users() }),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('users.invite')}
      footer={
        invite.data ? (
          <Button tone="primary" onClick={onClose}>
            {t('action.done')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button tone="primary" busy={invite.isPending} disabled={!name.trim() || !email.includes('@')} onClick={() => invite.mutate()}>
              {t('users.invite')}
            </Button>
          </>
        )
      }
    >
      {invite.data ? (
        invite.data.sign_in_url ? (
          <ShownOnce text={invite.data.sign_in_url} label={t('users.link')} hint={t('users.link_hint')} />
        ) : (
          <p>{t('users.invited', { name: invite.data.name })}</p>
        )
      ) : (
        <div className="flex flex-col gap-4">
          {invite.isError && <ProblemBox error={invite.error} />}
          <Field label={t('users.name')}>{(props) => <Input {...props} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
          <Field label={t('signin.email')}>{(props) => <Input {...props} type="email" value={email} onChange={(event) => setEmail(event.target.value)} />}</Field>
          <Field label={t('users.role')} hint={label('role_hint', role)}>
            {(props) => (
              <Select {...props} value={role} onChange={(event) => setRole(event.target.value as Role)}>
                {roles.map((option) => (
                  <option key={option} value={option}>
                    {t(`role.${option}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        </div>
      )}
    </Dialog>
  );
}
