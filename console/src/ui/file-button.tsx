import { type ReactNode, useRef } from 'react';

import { Button } from './button';

/** A button that asks for one file. */
export function FileButton({ onChoose, busy, accept, children }: { onChoose: (file: File) => void; busy?: boolean; accept?: string; children: ReactNode }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file can be chosen again after a fault.
          event.target.value = '';
          if (file) onChoose(file);
        }}
      />
      <Button size="sm" busy={busy} onClick={() => input.current?.click()}>
        {children}
      </Button>
    </>
  );
}
