import { Mail, MessageCircle, MessageSquareText, MessagesSquare } from 'lucide-react';

import type { Channel } from '@/lib/api/types';
import { t } from '@/lib/i18n';

import { Badge } from './badge';
import { cx } from './cx';

const icons = { whatsapp: MessageCircle, sms: MessageSquareText, rcs: MessagesSquare, email: Mail };
const colours: Record<Channel, string> = { whatsapp: 'text-wa', sms: 'text-sms', rcs: 'text-accent', email: 'text-ink-2' };

export function channelName(channel: Channel): string {
  return t(`channel.${channel}`);
}

/** Shape and colour differ by channel; the name is there for those who see neither. */
export function ChannelIcon({ channel, className, named = true }: { channel: Channel; className?: string; named?: boolean }) {
  const Icon = icons[channel] ?? MessagesSquare;
  return (
    <span className={cx('inline-flex shrink-0', colours[channel])} title={named ? channelName(channel) : undefined}>
      <Icon aria-hidden className={cx('size-3.5', className)} strokeWidth={2.2} />
      {named && <span className="sr-only">{channelName(channel)}</span>}
    </span>
  );
}

export function ChannelBadge({ channel }: { channel: Channel }) {
  const tone = channel === 'whatsapp' ? 'wa' : channel === 'sms' ? 'sms' : 'neutral';
  return (
    <Badge tone={tone}>
      <ChannelIcon channel={channel} named={false} className="size-3" />
      {channelName(channel)}
    </Badge>
  );
}
