import { ChevronDown } from 'lucide-react';

import type { ComposerChannel } from '@/lib/api/types';
import { addressText } from '@/lib/format';
import { t } from '@/lib/i18n';
import { ChannelIcon, channelName } from '@/ui/channel';
import { Menu } from '@/ui/menu';

export function ChannelPicker({ channels, value, onChange }: { channels: ComposerChannel[]; value: number; onChange: (index: number) => void }) {
  const channel = channels[value];
  if (!channel) return null;
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="inline-flex h-7 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm text-ink-2 hover:bg-hover">
          <ChannelIcon channel={channel.channel} named={false} />
          {channelName(channel.channel)}
          <span className="tnum hidden truncate text-xs text-ink-3 2xl:inline">{addressText(channel.address)}</span>
          <ChevronDown aria-hidden className="size-3.5 text-ink-3" />
          <span className="sr-only">{t('composer.channel')}</span>
        </button>
      }
      groups={[
        {
          label: t('composer.channel'),
          entries: channels.map((option, index) => ({
            id: `${option.channel}-${option.address.value}`,
            text: `${channelName(option.channel)} · ${addressText(option.address)}`,
            icon: <ChannelIcon channel={option.channel} named={false} />,
            checked: index === value,
            onSelect: () => onChange(index),
          })),
        },
      ]}
    />
  );
}
