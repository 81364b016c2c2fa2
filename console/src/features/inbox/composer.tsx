import { Lock, MessageSquareReply, SendHorizontal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

import type { ComposerChannel, Conversation, Message, Reply, ThreadItem } from '@/lib/api/types';
import { useNow } from '@/lib/clock';
import { t } from '@/lib/i18n';
import { useShortcuts } from '@/lib/shortcuts';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Keys } from '@/ui/kbd';
import { ProblemBox } from '@/ui/states';

import { AttachMenu } from './attach-menu';
import { AttachmentForm } from './attachment-form';
import { type Attachment, blank, contentOf, faultOf, kindsOf, wordless } from './attachment-state';
import { ChannelPicker } from './channel-picker';
import { conflictOf, contentReply, mayWrite, nextPrice, pickChannel, templateReply, textReply } from './composer-state';
import { Conflict } from './conflict';
import { useAct, useComposer, useEstimate, useReply, useThread, useTyping } from './queries';
import { mayQuote, ReplyStrip, type ReplyTarget } from './reply-target';
import { useTemplateFilling } from './template-draft';
import { TemplateForm } from './template-form';
import { TextSizeLine } from './text-size';
import { PriceTag, WindowClock } from './window-clock';

type Mode = 'reply' | 'note';

/** Unsent texts survive a look at another conversation. */
const drafts = new Map<string, { reply: string; note: string }>();

interface Props {
  conversation: Conversation;
  /** The message that the reply quotes, picked in the thread. */
  replyTo: ReplyTarget | null;
  onReplyTo: (target: ReplyTarget | null) => void;
}

export function Composer({ conversation, replyTo, onReplyTo }: Props) {
  const { id } = conversation;
  const composer = useComposer(id);
  const [mode, setMode] = useState<Mode>('reply');
  const [seenReplyTo, setSeenReplyTo] = useState(replyTo);
  if (replyTo !== seenReplyTo) {
    setSeenReplyTo(replyTo);
    if (replyTo) setMode('reply');
  }
  const [draft, setDraft] = useState(() => drafts.get(id) ?? { reply: '', note: '' });
  const [chosen, setChosen] = useState<number | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const nowMs = useNow();

  const channels = composer.data?.channels ?? [];
  const channel: ComposerChannel | undefined = channels[chosen ?? pickChannel(channels, conversation.channel)];
  const writing = channel ? mayWrite(channel, nowMs) : false;
  const [useTemplate, setUseTemplate] = useState(false);
  const withTemplate = mode === 'reply' && channel !== undefined && (!writing || useTemplate);
  const template = useTemplateFilling(channel);
  const [attached, setAttached] = useState<Attachment | null>(null);
  const attachment = mode === 'reply' && writing && !withTemplate && attached && kindsOf(channel?.channel).includes(attached.kind) ? attached : null;
  const quoting = mode === 'reply' && channel && replyTo && replyTo.conversation === id && mayQuote(replyTo, channel.channel) ? replyTo : null;
  const sending = useSending(id, () => {
    if (!(attachment && wordless.has(attachment.kind))) setDraft((before) => ({ ...before, reply: '' }));
    setUseTemplate(false);
    setAttached(null);
    onReplyTo(null);
  });
  const act = useAct(id);
  const typing = useTyping(id, channel);

  useEffect(() => {
    drafts.set(id, draft);
  }, [id, draft]);

  // At once and not a frame later: a person who presses `r` and types on would otherwise give commands with the first letters.
  const focus = (next: Mode): void => {
    flushSync(() => setMode(next));
    (box.current ?? form.current?.querySelector<HTMLElement>('select, input, textarea'))?.focus();
  };
  useShortcuts({ r: () => focus('reply'), n: () => focus('note') });

  // Who picks a message to answer wants to write next.
  useEffect(() => {
    if (replyTo) box.current?.focus();
  }, [replyTo]);

  /** A pasted or dropped file goes along, where the channel takes files. */
  const takeFile = (files: FileList): boolean => {
    const file = files[0];
    if (!file || mode !== 'reply' || !writing || withTemplate || !kindsOf(channel?.channel).includes('file')) return false;
    setAttached({ kind: 'file', chosen: file, file: null });
    return true;
  };

  const text = draft[mode];
  const fault = attachment && faultOf(attachment, text);
  const estimate = useEstimate(id, mode === 'reply' && writing && !withTemplate ? channel : undefined, text);
  const ready = mode === 'note' ? text.trim() !== '' : withTemplate ? template.ready : attachment ? fault === null : writing && text.trim() !== '';
  const submit = (): void => {
    if (!ready || sending.busy) return;
    if (mode === 'note') {
      act.mutate(
        { path: 'notes', body: { text: text.trim() } },
        { onSuccess: () => setDraft((before) => ({ ...before, note: '' })) },
      );
    } else if (channel) {
      const build = (seen: string | null): Reply => {
        if (withTemplate && template.picked) return templateReply(channel, template.picked, template.values, seen);
        return attachment ? contentReply(channel, contentOf(attachment, text), seen) : textReply(channel, text, seen);
      };
      sending.send((seen) => ({ ...build(seen), ...(quoting ? { reply_to: quoting.id } : {}) }));
    }
  };

  if (composer.isError && !composer.data) return <ProblemBox error={composer.error} onRetry={() => void composer.refetch()} className="m-4" />;

  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Ctrl+Enter sends from any field of the form
    <form
      ref={form}
      aria-label={t('composer.label')}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          submit();
        } else if (event.key === 'Escape') (document.activeElement as HTMLElement | null)?.blur();
      }}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        if (!takeFile(event.dataTransfer.files)) notify('problem', t('attach.not_taken'));
      }}
      className="shrink-0 px-3 pb-3 sm:px-6 sm:pb-4"
    >
      <div className="mx-auto w-full max-w-3xl">
        {sending.newer && <Conflict newer={sending.newer} onSend={sending.sendAnyway} onReview={sending.review} busy={sending.busy} />}
        {sending.error && <ProblemBox error={sending.error} className="mb-2" />}
        <div className={cx('overflow-hidden rounded-xl border shadow-1 transition-colors', mode === 'note' ? 'border-note-line bg-note' : 'border-line-strong bg-raised focus-within:border-accent')}>
          <div className={cx('flex flex-wrap items-center gap-x-2 gap-y-1 border-b px-2 py-1.5', mode === 'note' ? 'border-note-line' : 'border-line')}>
            <div role="radiogroup" aria-label={t('composer.mode')} className="flex items-center gap-0.5">
              <ModeButton on={mode === 'reply'} onClick={() => focus('reply')} keys="r" icon={<MessageSquareReply aria-hidden />} text={t('composer.reply')} />
              <ModeButton on={mode === 'note'} onClick={() => focus('note')} keys="n" icon={<Lock aria-hidden />} text={t('composer.note')} note />
            </div>
            {mode === 'reply' && channel && (
              <>
                <ChannelPicker channels={channels} value={channels.indexOf(channel)} onChange={setChosen} />
                <span className="ml-auto flex items-center gap-2.5 pr-1 text-xs">
                  <WindowClock channel={channel} />
                  <PriceTag price={(text.trim() !== '' && estimate?.price) || nextPrice(channel, template.picked, !withTemplate)} />
                </span>
              </>
            )}
          </div>
          {quoting && <ReplyStrip target={quoting} onDrop={() => onReplyTo(null)} />}
          {mode === 'reply' && channel?.blocked_reason ? (
            <p className="px-3.5 py-3 text-sm text-ink-2">{channel.blocked_reason}</p>
          ) : mode === 'reply' && !channel && !composer.isPending ? (
            <p className="px-3.5 py-3 text-sm text-ink-2">{t('composer.no_channel')}</p>
          ) : withTemplate && channel ? (
            <TemplateForm channel={channel} filling={template} writing={writing} onFreeForm={() => setUseTemplate(false)} />
          ) : attachment && wordless.has(attachment.kind) ? null : (
            <textarea
              ref={box}
              rows={2}
              aria-label={mode === 'note' ? t('composer.note_text') : t('composer.reply_text')}
              placeholder={mode === 'note' ? t('composer.note_hint') : t('composer.reply_hint')}
              value={text}
              onChange={(event) => {
                setDraft((before) => ({ ...before, [mode]: event.target.value }));
                if (mode === 'reply' && event.target.value.trim() !== '') typing();
              }}
              onPaste={(event) => {
                if (!takeFile(event.clipboardData.files)) return;
                event.preventDefault();
              }}
              className={cx('block max-h-64 min-h-14 sm:min-h-20 w-full resize-none bg-transparent px-3.5 py-2.5 text-base outline-none [field-sizing:content]', mode === 'note' && 'text-note-ink placeholder:text-note-ink/80')}
            />
          )}
          {attachment && <AttachmentForm value={attachment} fault={fault} onChange={setAttached} onDrop={() => setAttached(null)} />}
          {estimate?.text && text.trim() !== '' && (
            <div className="px-2.5 pb-1">
              <TextSizeLine size={estimate.text} onPlain={(body) => setDraft((before) => ({ ...before, reply: body }))} />
            </div>
          )}
          <div className="flex items-center justify-between gap-3 px-2.5 pb-2">
            {mode === 'reply' && writing && !useTemplate ? (
              <span className="flex flex-wrap items-center gap-1">
                {!attachment && <AttachMenu kinds={kindsOf(channel?.channel)} onPick={(kind) => setAttached(blank(kind))} />}
                {(channel?.templates.length ?? 0) > 0 && (
                  <Button tone="quiet" size="sm" onClick={() => setUseTemplate(true)}>
                    {t('composer.use_template')}
                  </Button>
                )}
              </span>
            ) : (
              <span className={cx('px-1 text-xs', mode === 'note' ? 'text-note-ink' : 'text-ink-3')}>{mode === 'note' ? t('composer.note_private') : ''}</span>
            )}
            <span className="flex items-center gap-2.5">
              <span className="hidden sm:block">
                <Keys keys="mod+Enter" />
              </span>
              <Button type="submit" tone="primary" disabled={!ready} busy={sending.busy || (mode === 'note' && act.isPending)}>
                <SendHorizontal aria-hidden /> {mode === 'note' ? t('composer.add_note') : t('composer.send')}
              </Button>
            </span>
          </div>
        </div>
      </div>
    </form>
  );
}

function ModeButton({ on, onClick, icon, text, note = false, keys }: { on: boolean; onClick: () => void; icon: React.ReactNode; text: string; note?: boolean; keys: string }) {
  return (
    <button
      type="button"
      role="radio"
      aria-checked={on}
      aria-keyshortcuts={keys}
      onClick={onClick}
      className={cx(
        'inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-sm [&_svg]:size-3.5',
        on ? (note ? 'bg-note-line/50 font-medium text-note-ink' : 'bg-accent-soft font-medium text-accent-soft-ink') : 'text-ink-2 hover:bg-hover/60',
      )}
    >
      {icon}
      {text}
    </button>
  );
}

/** Sending with compare-and-send: the reply names the last message that was on the screen. */
function useSending(id: string, onSent: () => void) {
  const thread = useThread(id);
  const reply = useReply(id);
  const [pending, setPending] = useState<((seen: string | null) => Reply) | null>(null);
  const newer = conflictOf(reply.error);
  const seen = lastMessage(thread.data?.pages[0]?.items);

  const send = (build: (seen: string | null) => Reply, as: string | null = seen): void => {
    setPending(() => build);
    reply.mutate(build(as), {
      onSuccess: (message: Message) => {
        setPending(null);
        onSent();
        if (message?.status === 'failed') notify('problem', t('composer.failed'), message.error?.for_user);
      },
      onError: (error) => {
        if (conflictOf(error)) void thread.refetch();
      },
    });
  };
  return {
    busy: reply.isPending,
    newer,
    error: newer ? null : reply.error,
    send,
    /** Having seen the newer message, the agent sends all the same; the server logs it with what was seen. */
    sendAnyway: () => pending && send(pending, lastMessage(newer ?? undefined) ?? seen),
    review: () => reply.reset(),
  };
}

function lastMessage(items: ThreadItem[] | undefined): string | null {
  return items?.find((item) => item.type === 'message')?.id ?? null;
}
