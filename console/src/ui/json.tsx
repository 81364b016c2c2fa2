import type { Json } from '@/lib/api/types';
import { fullTime, span } from '@/lib/format';
import { humanize } from '@/lib/i18n';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** Members whose numbers are milliseconds. */
const SPAN = /(^|_)(window|margin|recheck|lateness|ms)$/;

const isObject = (value: Json): value is Json[] | { [key: string]: Json } => value !== null && typeof value === 'object';
const isPlainList = (value: Json): value is (string | number | boolean | null)[] => Array.isArray(value) && value.every((item) => !isObject(item));

/** JSON for people: nested names and values; lists of plain values on one line; moments and spans as people write them. */
export function JsonView({ value: given, name = '' }: { value: unknown; name?: string }) {
  const value = (given ?? null) as Json;
  if (value === null) return <span className="text-ink-3">—</span>;
  if (isPlainList(value)) return value.length === 0 ? <span className="text-ink-3">—</span> : <span className="break-words">{value.join(', ')}</span>;
  if (Array.isArray(value)) {
    return (
      <ol className="flex flex-col gap-1.5">
        {value.map((item, index) => (
          <li key={index} className="border-l-2 border-line pl-2.5">
            <JsonView value={item} name={name} />
          </li>
        ))}
      </ol>
    );
  }
  if (isObject(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) return <span className="text-ink-3">—</span>;
    return (
      <dl className="flex flex-col gap-0.5">
        {entries.map(([key, inner]) => {
          const nested = isObject(inner) && !isPlainList(inner) && Object.keys(inner).length > 0;
          return (
            <div key={key} className={nested ? '' : 'flex gap-2'}>
              <dt className="shrink-0 text-ink-3">{humanize(key)}</dt>
              <dd className={nested ? 'border-l border-line pl-2.5' : 'min-w-0 break-words'}>
                <JsonView value={inner} name={SPAN.test(name) ? name : key} />
              </dd>
            </div>
          );
        })}
      </dl>
    );
  }
  if (typeof value === 'number' && SPAN.test(name)) return <span className="tnum">{span(value)}</span>;
  if (typeof value === 'string' && MOMENT.test(value)) {
    return (
      <time dateTime={value} title={value} className="tnum">
        {fullTime(value)}
      </time>
    );
  }
  return <span className="tnum break-words">{String(value)}</span>;
}
