import { CopyButton } from '@/ui/copy';

/** A secret that is shown now and never again. */
export function ShownOnce({ text, label, hint }: { text: string; label: string; hint: string }) {
  return (
    <div className="rounded-lg border border-attention-mark/50 bg-attention-soft p-4">
      <p className="text-sm font-medium text-attention">{label}</p>
      <p className="mt-2 flex items-center gap-2 rounded-md bg-raised px-3 py-2">
        <code className="min-w-0 flex-1 font-mono text-sm break-all">{text}</code>
        <CopyButton text={text} />
      </p>
      <p className="mt-2 text-sm text-ink">{hint}</p>
    </div>
  );
}
