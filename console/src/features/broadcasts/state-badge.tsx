import type { BroadcastState } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { Badge, Dot } from '@/ui/badge';

const tones = {
  draft: 'neutral',
  freezing: 'accent',
  checking: 'attention',
  scheduled: 'accent',
  canary: 'accent',
  running: 'ok',
  paused: 'attention',
  stopping: 'danger',
  stopped: 'danger',
  completed: 'neutral',
} as const;

export function StateBadge({ state }: { state: BroadcastState }) {
  return (
    <Badge tone={tones[state]} title={t(`broadcast.state.${state}.title`)}>
      <Dot tone={tones[state]} pulse={state === 'running' || state === 'canary'} /> {t(`broadcast.state.${state}`)}
    </Badge>
  );
}
