/** Where the name has no room it wraps out of sight. The mark: a ball that is also a reel, with a play button in its middle. */
export function Logo() {
  return (
    <span className="flex h-10 flex-wrap items-center gap-x-2 overflow-hidden">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-9" fill="none">
        <rect width="32" height="32" rx="9" fill="var(--primary)" />
        <g stroke="var(--on-primary)" strokeWidth="2.400">
          <circle cx="16" cy="16" r="10" />
          <path d="M8.600 9.300c5 2.600 5 10.800 0 13.400M23.400 9.300c-5 2.600-5 10.800 0 13.400" />
        </g>
        <path d="M13.600 11.900 20.400 16l-6.800 4.100z" fill="var(--on-primary)" />
      </svg>
      <span className="display text-[1.35rem] leading-[0.82]">
        Reel
        <br />
        Ballers
      </span>
    </span>
  );
}
