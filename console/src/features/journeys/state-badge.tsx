import type { JourneyState } from '@/lib/api/types';
import { t } from '@/lib/i18n';
import { Badge, Dot } from '@/ui/badge';

const tones = { open: 'ok', closed: 'neutral', held: 'attention' } as const;

export function StateBadge({ state }: { state: JourneyState }) {
  return (
    <Badge tone={tones[state]} title={t(`journey.state.${state}.title`)}>
      <Dot tone={tones[state]} /> {t(`journey.state.${state}`)}
    </Badge>
  );
}
