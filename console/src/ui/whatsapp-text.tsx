import { type Mark, runs } from '@/lib/whatsapp-text';

const styles: Record<Mark, string> = { bold: 'font-semibold', italic: 'italic', strike: 'line-through', code: 'font-mono text-[0.92em]' };

/** A text as WhatsApp shows it. */
export function WhatsappText({ text }: { text: string }) {
  return (
    <span className="break-words whitespace-pre-wrap">
      {runs(text).map((run, index) =>
        run.marks.length === 0 ? (
          run.text
        ) : (
          <span key={index} className={run.marks.map((mark) => styles[mark]).join(' ')}>
            {run.text}
          </span>
        ),
      )}
    </span>
  );
}
