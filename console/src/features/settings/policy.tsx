import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { api } from '@/lib/api/client';
import type { Json, JsonObject } from '@/lib/api/types';
import { span } from '@/lib/format';
import { humanize, label, t, tn } from '@/lib/i18n';
import { keys } from '@/lib/keys';
import { JsonView } from '@/ui/json';
import { Card } from '@/ui/page';
import { ProblemBox, SkeletonRows } from '@/ui/states';

const FIRST = ['quiet_hours', 'caps', 'consent'];

/** The rulebook as it stands. Rules change by publishing a new version, so this page only shows. */
export function PolicySection() {
  const { data, error, isPending, refetch } = useQuery({ queryKey: keys.policy(), queryFn: ({ signal }) => api.get<JsonObject>('/v1/policy', {}, signal) });
  if (isPending) return <SkeletonRows rows={6} className="h-16" />;
  if (error && !data) return <ProblemBox error={error} onRetry={() => void refetch()} />;
  const entries = Object.entries((data ? said(data) : {}) as JsonObject);
  const nested = entries.filter(([, value]) => isNested(value)).sort(([a], [b]) => place(a) - place(b));
  return (
    <div className="flex flex-col gap-4">
      <Card title={t('policy.basics')}>
        <div className="px-4 py-3 text-sm">
          <JsonView value={Object.fromEntries(entries.filter(([, value]) => !isNested(value)))} />
        </div>
      </Card>
      {nested.map(([name, value]) => (
        <Card key={name} title={humanize(name)}>
          <div className="max-h-96 overflow-y-auto px-4 py-3 text-sm" tabIndex={0} role="region" aria-label={humanize(name)}>
            <Sentences name={name} value={value} />
          </div>
        </Card>
      ))}
    </div>
  );
}

/** Quiet hours and caps as sentences; everything else as it is. */
function Sentences({ name, value }: { name: string; value: Json }): ReactNode {
  const write = { quiet_hours: quietHours, caps: cap }[name];
  if (!write || !Array.isArray(value)) return <JsonView value={value} name={name} />;
  return (
    <ul className="flex flex-col gap-1.5">
      {value.map((item, index) => (
        <li key={index}>{write((item ?? {}) as JsonObject)}</li>
      ))}
    </ul>
  );
}

function purposesOf(rule: JsonObject): string {
  return Array.isArray(rule.purposes) ? rule.purposes.map((purpose) => label('purpose', String(purpose)).toLowerCase()).join(', ') : t('policy.any_purpose');
}

function whereOf(rule: JsonObject): string {
  const channels = Array.isArray(rule.channels) ? rule.channels.map((channel) => label('channel', String(channel))) : [];
  const countries = Array.isArray(rule.countries) ? rule.countries.map(String) : [];
  const all = [...channels, ...countries].join(', ');
  return all ? ` (${all})` : '';
}

function quietHours(rule: JsonObject): string {
  const to = String(rule.to ?? rule.until ?? '');
  return t('policy.quiet', { purposes: purposesOf(rule), from: String(rule.from ?? '').slice(0, 5), to: to.slice(0, 5) }) + whereOf(rule);
}

function cap(rule: JsonObject): string {
  const window = typeof rule.window === 'number' ? span(rule.window) : String(rule.window ?? '');
  return tn('policy.cap', Number(rule.limit ?? 0), { purposes: purposesOf(rule), window }) + whereOf(rule);
}

/** Without the members that say nothing: absent ones and empty lists. */
function said(value: Json): Json {
  if (Array.isArray(value)) return value.map(said);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && !(Array.isArray(inner) && inner.length === 0))
      .map(([key, inner]) => [key, said(inner)]),
  );
}

function isNested(value: Json): boolean {
  return value !== null && typeof value === 'object' && !(Array.isArray(value) && value.every((item) => item === null || typeof item !== 'object'));
}

function place(name: string): number {
  const at = FIRST.indexOf(name);
  return at < 0 ? FIRST.length : at;
}
