/** Two arcs: one side calls, the other answers. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="8.5" fill="#0f5c6b" />
      <path d="M7.5 20.5V13a4.5 4.5 0 0 1 9 0" fill="none" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
      <path d="M24.5 11.5V19a4.5 4.5 0 0 1-9 0" fill="none" stroke="#f2a469" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
