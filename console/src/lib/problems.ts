// Turns whatever was thrown into what, where and how, for a person.
import { ApiError } from './api/client';
import { t } from './i18n';
import { notify } from './toasts';

export interface Explained {
  what: string;
  why?: string;
  where: string[];
  how?: string;
  reference?: string;
}

export function explain(error: unknown): Explained {
  if (error instanceof ApiError) {
    const { title, detail, errors, fix, instance, status } = error.problem;
    return {
      what: title,
      why: detail && detail !== title ? detail : undefined,
      where: (errors ?? []).map((entry) => (entry.pointer ? `${entry.pointer}: ${entry.detail}` : entry.detail)),
      how: fix ?? (status === 403 ? t('problem.how.forbidden') : status >= 500 ? t('problem.how.server') : undefined),
      reference: instance,
    };
  }
  return { what: t('problem.unexpected'), why: error instanceof Error ? error.message : String(error), where: [], how: t('problem.how.reload') };
}

/** For failed actions that have no place of their own on the screen. */
export function tell(error: unknown): void {
  const { what, why, where, how } = explain(error);
  notify('problem', what, [why, ...where, how].filter(Boolean).join(' · '));
}
