import type { BroadcastPreview } from '@/lib/api/types';
import { count, money } from '@/lib/format';
import { label, t } from '@/lib/i18n';
import { Card } from '@/ui/page';

/** What it would do now: figures of those looked at, money for all. */
export function PreviewCard({ preview }: { preview: BroadcastPreview }) {
  return (
    <Card title={t('broadcast.preview')}>
      <div className="grid gap-5 p-4 md:grid-cols-2">
        <div className="text-sm">
          <p>{t('broadcast.preview.looked', { looked: count(preview.looked_at), all: count(preview.recipients) })}</p>
          <ul className="tnum mt-2 list-disc pl-5 text-ink-2">
            <li>{t('broadcast.preview.go', { n: count(preview.would_go) })}</li>
            {preview.put_off > 0 && <li>{t('broadcast.preview.later', { n: count(preview.put_off) })}</li>}
            {preview.held_out > 0 && <li>{t('broadcast.preview.held', { n: count(preview.held_out) })}</li>}
            {Object.entries(preview.silent).map(([code, n]) => (
              <li key={code}>
                {t('broadcast.preview.silent', { n: count(n) })} {label('cause', code)}
              </li>
            ))}
          </ul>
          <dl className="tnum mt-3">
            {preview.costs.map((cost) => (
              <div key={cost.channel} className="flex gap-3">
                <dt className="w-24 text-ink-3">{label('channel', cost.channel)}</dt>
                <dd>
                  {count(cost.messages)} · {cost.amount ? money(cost.amount) : t('broadcast.preview.no_price')}
                </dd>
              </div>
            ))}
          </dl>
        </div>
        <ul className="flex flex-col gap-2">
          {preview.samples.map((sample) => (
            <li key={sample.contact} className="rounded-md bg-sunken px-3 py-2 text-sm whitespace-pre-wrap">
              {sample.text}
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}
