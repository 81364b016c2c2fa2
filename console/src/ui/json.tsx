import type { Json } from '@/lib/api/types';
import { fullTime } from '@/lib/format';
import { humanize } from '@/lib/i18n';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** JSON for people: nested names and values; lists of plain values on one line. */
export function JsonView({ value: given }: { value: unknown }) {
  const value = given as Json | undefined;
  if (value === null || value === undefined) return <span className="text-ink-3">—</span>;
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="text-ink-3">—</span>;
    if (value.every((item) => item === null || typeof item !== 'object')) return <span className="break-words">{value.join(', ')}</span>;
    return (
      <ol className="flex flex-col gap-1.5">
        {value.map((item, index) => (
          <li key={index} className="border-l-2 border-line pl-2.5">
            <JsonView value={item} />
          </li>
        ))}
      </ol>
    );
  }
  if (typeof value === 'object') {
    return (
      <dl className="flex flex-col gap-0.5">
        {Object.entries(value).map(([name, inner]) => (
          <div key={name} className={inner !== null && typeof inner === 'object' && Object.keys(inner).length > 0 && !(Array.isArray(inner) && inner.every((i) => typeof i !== 'object')) ? '' : 'flex gap-2'}>
            <dt className="shrink-0 text-ink-3">{humanize(name)}</dt>
            <dd className={inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? 'border-l border-line pl-2.5' : 'min-w-0 break-words'}>
              <JsonView value={inner} />
            </dd>
          </div>
        ))}
      </dl>
    );
  }
  if (typeof value === 'string' && MOMENT.test(value)) {
    return (
      <time dateTime={value} title={value} className="tnum">
        {fullTime(value)}
      </time>
    );
  }
  return <span className="tnum break-words">{String(value)}</span>;
}
