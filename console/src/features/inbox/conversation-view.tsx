import { useNavigate } from '@tanstack/react-router';
import { ArrowLeft, PanelRight } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';

import type { Conversation } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { Avatar } from '@/ui/avatar';
import { Badge } from '@/ui/badge';
import { IconButton } from '@/ui/button';
import { cx } from '@/ui/cx';
import { ProblemBox, Skeleton } from '@/ui/states';

import { CaseActions } from './case-actions';
import { Composer } from './composer';
import { displayName } from './filters';
import { useAct, useConversation } from './queries';
import type { ReplyTarget } from './reply-target';
import { SidePanel } from './side-panel';
import { Thread } from './thread';

const Dialog = lazy(() => import('@/ui/dialog').then((module) => ({ default: module.Dialog })));

export function ConversationView({ id }: { id: string }) {
  const { data: conversation, error, refetch } = useConversation(id);
  const act = useAct(id);
  const navigate = useNavigate();
  const [panel, setPanel] = useState(false);
  const [replyTo, setReplyTo] = useState<ReplyTarget | null>(null);

  const unread = conversation?.unread ?? 0;
  const { mutate } = act;
  useEffect(() => {
    if (unread > 0 && document.visibilityState === 'visible') mutate({ path: 'read', body: {} });
  }, [unread, mutate]);

  if (error && !conversation) return <ProblemBox error={error} onRetry={() => void refetch()} className="m-auto max-w-md" />;

  return (
    <div className="flex min-h-0 min-w-0 flex-1">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <header className="@container flex h-14 shrink-0 items-center gap-2.5 border-b border-line bg-surface px-3 sm:px-4">
          <IconButton label={t('inbox.back')} keys="u" className="md:hidden" onClick={() => void navigate({ to: '/inbox', search: true })}>
            <ArrowLeft aria-hidden />
          </IconButton>
          {conversation ? <Who conversation={conversation} /> : <Skeleton className="h-5 w-48" />}
          <div className="ml-auto flex items-center gap-1">
            {conversation && <CaseActions conversation={conversation} act={(next) => act.mutate(next)} />}
            <IconButton label={t('panel.show')} className="xl:hidden" onClick={() => setPanel(true)}>
              <PanelRight aria-hidden />
            </IconButton>
          </div>
        </header>
        <Thread conversation={id} onReply={setReplyTo} />
        {conversation && <Composer conversation={conversation} replyTo={replyTo} onReplyTo={setReplyTo} />}
      </div>
      <aside aria-label={t('panel.label')} className="hidden w-[19.5rem] shrink-0 overflow-y-auto border-l border-line bg-surface xl:block">
        {conversation && <SidePanel conversation={conversation} />}
      </aside>
      <Suspense fallback={null}>
        {panel && conversation && (
          <Dialog open kind="drawer" onClose={() => setPanel(false)} title={t('panel.label')}>
            <div className="-mx-5 -my-4">
              <SidePanel conversation={conversation} />
            </div>
          </Dialog>
        )}
      </Suspense>
    </div>
  );
}

function Who({ conversation }: { conversation: Conversation }) {
  const name = displayName(conversation);
  const tone = conversation.status === 'waiting' ? 'attention' : conversation.status === 'open' ? 'accent' : 'neutral';
  return (
    <>
      <span className="hidden sm:block">
        <Avatar name={name} />
      </span>
      <div className="flex min-w-0 flex-col @xl:flex-row @xl:items-center @xl:gap-2.5">
        <h2 className="truncate font-semibold tracking-tight">{name}</h2>
        <Badge tone={tone} className={cx('w-fit', conversation.status === 'bot' && 'border border-line')}>
          {t(`conversation.status.${conversation.status}`)}
        </Badge>
      </div>
    </>
  );
}
