/** Streams that meet and become a river. */
export function Logo({ size = 30 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" stroke="currentColor" strokeLinecap="round" aria-hidden="true">
      <path d="M3 5c7 1 10 4 12.5 11M29 5c-7 1-10.5 4-13 11M15.8 3v9" strokeWidth="2.2" />
      <path d="M15.8 15v14" strokeWidth="4.6" />
    </svg>
  );
}
