import type { ReactNode } from "react";

interface ChoiceProps<T extends string> {
  legend: string;
  /** Where the options speak for themselves. */
  isLegendHidden?: boolean;
  name: string;
  value: T;
  options: { value: T; label: string; drawing?: ReactNode }[];
  onChange: (value: T) => void;
}

/** A few exclusive options side by side: real radio buttons, so arrow keys and screen readers just work. */
export function Choice<T extends string>({
  legend,
  isLegendHidden = false,
  name,
  value,
  options,
  onChange,
}: ChoiceProps<T>) {
  return (
    <fieldset>
      <legend className={isLegendHidden ? "sr-only" : "mb-2 text-sm font-semibold"}>{legend}</legend>
      <div className="grid auto-cols-fr grid-flow-col gap-2">
        {options.map((option) => (
          <label
            key={option.value}
            className="relative grid min-h-11 flex-1 cursor-pointer place-items-center content-center gap-1 rounded-xl border border-edge px-1 py-2 text-center
              text-xs font-semibold sm:text-sm has-checked:border-primary has-checked:bg-primary has-checked:text-on-primary
              has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-[var(--focus)]"
          >
            <input
              type="radio"
              className="sr-only"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            {option.drawing}
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
