import { Bot, CheckCircle2, Ellipsis, Flag, Tag, UserRoundPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import type { Conversation, Priority } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { useShortcuts } from '@/lib/shortcuts';
import { Button, IconButton } from '@/ui/button';
import { Menu } from '@/ui/menu';

import { useSession, useUserName, useUsers } from '../session/queries';
import type { Act } from './queries';
import { useQueues } from './queries';

const LabelDialog = lazy(() => import('./label-dialog'));
const ResolveDialog = lazy(() => import('./resolve-dialog'));

const priorities: Priority[] = ['urgent', 'high', 'normal', 'low'];

export function CaseActions({ conversation, act }: { conversation: Conversation; act: (next: Act) => void }) {
  const { user } = useSession();
  const users = useUsers();
  const queues = useQueues();
  const userName = useUserName();
  const [assigning, setAssigning] = useState(false);
  const [resolving, setResolving] = useState(false);
  const [labelling, setLabelling] = useState(false);

  const active = conversation.status === 'waiting' || conversation.status === 'open';
  const assignee = conversation.case?.assignee ?? null;
  const mine = active && assignee === user.id;
  const backToBot = (): void => act({ path: 'return_to_bot', body: {} });

  useShortcuts({
    a: () => setAssigning(true),
    e: () => active && setResolving(true),
    b: () => active && backToBot(),
  });

  return (
    <>
      {active && !mine && (
        <Button size="sm" tone={assignee ? 'plain' : 'primary'} className="hidden sm:inline-flex" onClick={() => act({ path: 'assignment', body: { user_id: user.id } })}>
          <UserRoundPlus aria-hidden /> {t('case.take')}
        </Button>
      )}
      <Menu
        open={assigning}
        onOpenChange={setAssigning}
        trigger={
          <button type="button" aria-keyshortcuts="a" className="inline-flex h-7 max-w-36 items-center gap-1.5 rounded-md px-2 text-sm text-ink-2 hover:bg-hover">
            <UserRoundPlus aria-hidden className="size-4 shrink-0 @xl:hidden" />
            <span className="hidden truncate @xl:inline">{active && assignee ? userName(assignee) : t('case.assign')}</span>
            <span className="sr-only @xl:hidden">{t('case.assign')}</span>
          </button>
        }
        groups={[
          {
            label: t('case.assign_to'),
            entries: [
              { id: 'me', text: t('case.me', { name: user.name }), checked: mine, onSelect: () => act({ path: 'assignment', body: { user_id: user.id } }) },
              ...users
                .filter((other) => other.id !== user.id && other.active !== false)
                .map((other) => ({ id: other.id, text: other.name, checked: assignee === other.id, onSelect: () => act({ path: 'assignment', body: { user_id: other.id } }) })),
              { id: 'none', text: t('case.nobody'), disabled: !assignee, onSelect: () => act({ path: 'assignment', body: { user_id: null } }) },
            ],
          },
          {
            label: t('case.queue'),
            entries: queues.map((queue) => ({
              id: queue.id,
              text: queue.name,
              checked: conversation.case?.queue === queue.id,
              onSelect: () => act({ path: 'assignment', body: { user_id: null, queue: queue.id } }),
            })),
          },
        ]}
      />
      {active && (
        <Button size="sm" tone={mine ? 'primary' : 'plain'} onClick={() => setResolving(true)} aria-keyshortcuts="e">
          <CheckCircle2 aria-hidden /> <span className="@max-xl:sr-only">{t('case.resolve')}</span>
        </Button>
      )}
      <Menu
        trigger={
          <IconButton label={t('case.more')}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
        groups={[
          {
            entries: [
              { id: 'bot', text: t('case.return_to_bot'), icon: <Bot aria-hidden />, keys: 'b', disabled: !active, onSelect: backToBot },
              { id: 'labels', text: t('case.labels'), icon: <Tag aria-hidden />, onSelect: () => setLabelling(true) },
            ],
          },
          {
            label: t('case.priority'),
            entries: active
              ? priorities.map((priority) => ({
                  id: priority,
                  text: t(`priority.${priority}`),
                  icon: <Flag aria-hidden />,
                  checked: conversation.case?.priority === priority,
                  onSelect: () => act({ path: 'priority', body: { priority } }),
                }))
              : [],
          },
        ]}
      />
      <Suspense fallback={null}>
        {resolving && (
          <ResolveDialog
            onClose={() => setResolving(false)}
            onResolve={(category) => {
              setResolving(false);
              act({ path: 'closure', body: { category } });
            }}
          />
        )}
        {labelling && <LabelDialog labels={conversation.labels ?? []} onClose={() => setLabelling(false)} onSave={(add, remove) => act({ path: 'labels', body: { add, remove } })} />}
      </Suspense>
    </>
  );
}
