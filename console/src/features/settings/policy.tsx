import { useQuery } from '@tanstack/react-query';

import { api } from '@/lib/api/client';
import type { Json, JsonObject } from '@/lib/api/types';
import { humanize, t } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { JsonView } from '@/ui/json';
import { Card } from '@/ui/page';
import { ProblemBox, SkeletonRows } from '@/ui/states';

const first = ['quiet_hours', 'caps', 'consent'];

/** The rulebook as it stands. Rules change by publishing a new version, so this page only shows. */
export function PolicySection() {
  const { data, error, isPending, refetch } = useQuery({ queryKey: keys.policy(), queryFn: ({ signal }) => api.get<JsonObject>('/v1/policy', {}, signal) });
  if (isPending) return <SkeletonRows rows={6} className="h-16" />;
  if (error && !data) return <ProblemBox error={error} onRetry={() => void refetch()} />;
  const names = Object.keys(data ?? {});
  const plain = names.filter((name) => !isNested(data?.[name]));
  const nested = names.filter((name) => isNested(data?.[name])).sort((a, b) => place(a) - place(b));
  return (
    <div className="flex flex-col gap-4">
      <Card title={t('policy.basics')}>
        <div className="px-4 py-3 text-sm">
          <JsonView value={Object.fromEntries(plain.map((name) => [name, data?.[name] ?? null]))} />
        </div>
      </Card>
      {nested.map((name) => (
        <Card key={name} title={humanize(name)}>
          <div className="max-h-96 overflow-y-auto px-4 py-3 text-sm" tabIndex={0} role="region" aria-label={humanize(name)}>
            <JsonView value={data?.[name]} />
          </div>
        </Card>
      ))}
    </div>
  );
}

function isNested(value: Json | undefined): boolean {
  return value !== null && typeof value === 'object' && !(Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object'));
}

function place(name: string): number {
  const at = first.indexOf(name);
  return at < 0 ? first.length : at;
}
