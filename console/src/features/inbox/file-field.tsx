import { useMutation } from '@tanstack/react-query';
import { FileText } from 'lucide-react';
import { useEffect, useRef } from 'react';

import { api } from '@/lib/api/client';
import { t } from '@/lib/i18n';
import { FileButton } from '@/ui/file-button';
import { ProblemBox } from '@/ui/states';

import { type Attachment, fileKind, sizeFault } from './attachment-state';

type FileValue = Extract<Attachment, { kind: 'file' }>;

/** A file that goes along: chosen, pasted or dropped, kept at once, and shown as it will be seen. */
export function FileField({ value, onChange }: { value: FileValue; onChange: (next: Attachment) => void }) {
  const { chosen, file } = value;
  const upload = useMutation({ mutationFn: api.upload });
  const begun = useRef<File | null>(null);
  useEffect(() => {
    if (!chosen || begun.current === chosen || sizeFault(chosen)) return;
    begun.current = chosen;
    upload.mutate(chosen, { onSuccess: (kept) => onChange({ kind: 'file', chosen, file: kept }) });
  }, [chosen, upload, onChange]);
  const choose = (next: File): void => onChange({ kind: 'file', chosen: next, file: null });
  return (
    <div className="flex flex-wrap items-center gap-3">
      {file &&
        (fileKind(file.mime) === 'image' ? (
          <img src={`/v1/media/${file.id}`} alt={file.filename ?? t('attach.file')} className="max-h-28 rounded-md bg-sunken object-contain" />
        ) : (
          <span className="inline-flex items-center gap-2 text-sm">
            <FileText aria-hidden className="size-4" /> {file.filename ?? file.mime}
          </span>
        ))}
      <FileButton onChoose={choose} busy={upload.isPending}>
        {file ? t('attach.choose_another') : t('attach.choose_file')}
      </FileButton>
      {upload.error && <ProblemBox error={upload.error} className="w-full" />}
    </div>
  );
}
