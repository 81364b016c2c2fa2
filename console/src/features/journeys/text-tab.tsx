import { CheckCircle2, CircleAlert, TriangleAlert, UploadCloud } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';

import type { Diagnostic, Journey, Validation } from '@/lib/api/types';
import { ApiError } from '@/lib/api/client';
import { t, tn } from '@/lib/i18n';
import { notify } from '@/lib/toasts';
import { Button } from '@/ui/button';
import { cx } from '@/ui/cx';
import { Dialog } from '@/ui/dialog';
import { ProblemBox } from '@/ui/states';

import { type Editor, openEditor } from './editor';
import { usePublish, validate } from './queries';

const CHECK_AFTER_MS = 350;

/** The journey's file, checked while one types, by the same compiler that publishes it. */
export default function TextTab({ journey }: { journey: Journey }) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [source, setSource] = useState(journey.source);
  const [checked, setChecked] = useState<(Validation & { source: string }) | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);
  const publish = usePublish();
  const changed = source !== journey.source;

  useEffect(() => {
    if (!host.current) return undefined;
    const opened = openEditor(host.current, journey.source, setSource, t('editor.label'));
    editor.current = opened;
    return () => opened.close();
    // The editor owns its text after it was opened; a publish elsewhere must not wipe what somebody is writing.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [journey.name]);

  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      validate(source, stop.signal).then(
        (answer) => {
          setFailure(null);
          setChecked({ ...answer, source });
          editor.current?.show(answer.diagnostics);
        },
        (error: unknown) => {
          if (!stop.signal.aborted) setFailure(error);
        },
      );
    }, CHECK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [source]);

  const current = checked?.source === source ? checked : null;
  const errors = current?.diagnostics.filter((item) => item.severity === 'error') ?? [];
  const warnings = current?.diagnostics.filter((item) => item.severity === 'warning') ?? [];

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-3 px-4 py-2 text-sm sm:px-6">
        <span role="status" className="flex items-center gap-3">
          {!current ? (
            <span className="text-ink-3">{t('editor.checking')}</span>
          ) : errors.length > 0 ? (
            <span className="flex items-center gap-1.5 text-danger">
              <CircleAlert aria-hidden className="size-4" /> {tn('editor.errors', errors.length)}
            </span>
          ) : (
            <span className="flex items-center gap-1.5 text-ok">
              <CheckCircle2 aria-hidden className="size-4" /> {t('editor.fine')}
            </span>
          )}
          {warnings.length > 0 && (
            <span className="flex items-center gap-1.5 text-attention">
              <TriangleAlert aria-hidden className="size-4" /> {tn('editor.warnings', warnings.length)}
            </span>
          )}
        </span>
        <span className="ml-auto flex items-center gap-3">
          {changed && <span className="text-ink-3">{t('editor.changed')}</span>}
          <Button tone="primary" disabled={!changed || !current || errors.length > 0} onClick={() => setAsking(true)}>
            <UploadCloud aria-hidden /> {t('editor.publish')}
          </Button>
        </span>
      </div>
      {failure != null && <ProblemBox error={failure} className="mx-4 mb-2 sm:mx-6" />}
      <div ref={host} className="min-h-0 flex-1 overflow-hidden border-y border-line bg-surface" />
      {current && current.diagnostics.length > 0 && <Problems items={current.diagnostics} onPick={(item) => editor.current?.goTo(item)} />}
      {asking && current && (
        <Dialog
          open
          onClose={() => setAsking(false)}
          title={t('publish.title')}
          description={t('publish.lead')}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{t('action.cancel')}</Button>
              <Button
                tone="primary"
                busy={publish.isPending}
                onClick={() =>
                  publish.mutate(source, {
                    onSuccess: (published) => {
                      setAsking(false);
                      notify('ok', t('publish.done'), published?.version?.slice(0, 12));
                    },
                    onError: (error) => {
                      const found = error instanceof ApiError ? (error.problem.diagnostics as Diagnostic[] | undefined) : undefined;
                      if (found) editor.current?.show(found);
                    },
                  })
                }
              >
                {t('editor.publish')}
              </Button>
            </>
          }
        >
          {publish.isError && <ProblemBox error={publish.error} className="mb-4" />}
          <ul className="flex list-disc flex-col gap-1.5 pl-5 text-sm">
            <li>{current.version === journey.version ? t('publish.same') : t('publish.new', { from: journey.version.slice(0, 8), to: (current.version ?? '').slice(0, 8) })}</li>
            <li>{t('publish.runs', { n: journey.counts.active })}</li>
            {current.graph && <li>{t('publish.steps', { n: current.graph.nodes.length })}</li>}
            {warnings.length > 0 && <li className="text-attention">{tn('editor.warnings', warnings.length)}</li>}
          </ul>
        </Dialog>
      )}
    </div>
  );
}

function Problems({ items, onPick }: { items: Diagnostic[]; onPick: (item: Diagnostic) => void }) {
  return (
    <ul aria-label={t('editor.problems')} className="max-h-44 shrink-0 divide-y divide-line overflow-y-auto bg-surface text-sm">
      {items.map((item, index) => (
        <li key={index}>
          <button type="button" onClick={() => onPick(item)} className="focus-inset flex w-full gap-3 px-4 py-2 text-left hover:bg-hover/60 sm:px-6">
            <span className={cx('mt-0.5', item.severity === 'error' ? 'text-danger' : 'text-attention')}>
              {item.severity === 'error' ? <CircleAlert aria-hidden className="size-4" /> : <TriangleAlert aria-hidden className="size-4" />}
              <span className="sr-only">{t(`severity.${item.severity}`)}</span>
            </span>
            <span className="tnum w-14 shrink-0 font-mono text-xs leading-5 text-ink-3">
              {item.line}:{item.column}
            </span>
            <span className="min-w-0 flex-1">
              {item.what}
              {item.fix && <span className="block text-ink-2">{item.fix}</span>}
            </span>
            <code className="hidden font-mono text-xs leading-5 text-ink-3 sm:block">{item.code}</code>
          </button>
        </li>
      ))}
    </ul>
  );
}
