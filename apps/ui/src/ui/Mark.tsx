/** Two tide lines: the product's mark. */
export function Mark({ size = 32 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <path
        d="M6 13.5c3.3-3 6.7-3 10 0s6.7 3 10 0M6 20c3.3-3 6.700-3 10 0s6.700 3 10 0"
        fill="none"
        stroke="var(--on-accent)"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
