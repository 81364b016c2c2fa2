import { useMutation } from '@tanstack/react-query';

import { api } from '@/lib/api/client';
import { t } from '@/lib/i18n';
import { FileButton } from '@/ui/file-button';
import { ProblemBox } from '@/ui/states';

/** Keeps a file for the header: it stands there always, or is what reviewers look at. */
export function SampleFile({ onKept }: { onKept: (id: string) => void }) {
  const upload = useMutation({ mutationFn: api.upload, onSuccess: (kept) => onKept(kept.id) });
  return (
    <div className="flex flex-col gap-1.5">
      <span>
        <FileButton accept="image/jpeg,image/png,video/mp4,application/pdf" busy={upload.isPending} onChoose={(file) => upload.mutate(file)}>
          {t('templates.choose_file')}
        </FileButton>
      </span>
      {upload.error && <ProblemBox error={upload.error} />}
    </div>
  );
}
