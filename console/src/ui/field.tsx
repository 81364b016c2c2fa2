import { type ComponentProps, type ReactNode, useId } from 'react';

import { cx } from './cx';

const box =
  'w-full rounded-md border border-edge/70 bg-raised text-ink transition-colors hover:border-edge focus:border-accent focus:outline-2 focus:-outline-offset-1 focus:outline-accent disabled:opacity-60 aria-invalid:border-danger';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cx(box, 'h-8.5 px-2.5 text-base sm:text-sm', className)} {...rest} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea className={cx(box, 'px-2.5 py-2 text-base sm:text-sm', className)} {...rest} />;
}

export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <select className={cx(box, 'h-8.5 cursor-pointer px-2 text-base sm:text-sm', className)} {...rest}>
      {children}
    </select>
  );
}

/** A label, its control, and what is wrong with it. The control gets its id and description through the render function. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: string;
  error?: string | null;
  children: (props: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}) {
  const id = useId();
  const described = error || hint ? `${id}-more` : undefined;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium text-ink">
        {label}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {(error ?? hint) && (
        <p id={described} className={cx('text-xs', error ? 'text-danger' : 'text-ink-3')}>
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
