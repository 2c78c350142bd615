interface ProgressBarProps {
  label: string;
  /** 0…1, or null while there is nothing to measure yet. */
  value: number | null;
  valueText: string;
}

export function ProgressBar({ label, value, valueText }: ProgressBarProps) {
  const percent = value === null ? null : Math.round(value * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={valueText}
      className="h-2.5 overflow-hidden rounded-full bg-sunken"
    >
      <div
        className="h-full rounded-full bg-[repeating-linear-gradient(115deg,var(--primary)_0_12px,var(--ball)_12px_20px)]
          bg-[length:40px_100%] transition-[width] duration-500 motion-safe:animate-[slide_1.2s_linear_infinite]"
        style={{
          width: percent === null ? "100%" : `${Math.max(percent, 3)}%`,
          opacity: percent === null ? 0.35 : 1,
        }}
      />
    </div>
  );
}
