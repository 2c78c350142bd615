import type { ButtonHTMLAttributes } from "react";
import { Link } from "../router";
import { Icon, type IconName } from "./Icon";

type Tone = "primary" | "secondary" | "quiet" | "danger";

const TONES: Record<Tone, string> = {
  primary: "bg-primary text-on-primary hover:opacity-90",
  secondary: "border border-edge bg-surface text-ink hover:border-ink",
  quiet: "text-ink hover:bg-sunken",
  danger: "border border-bad bg-surface text-bad hover:bg-bad-surface",
};

const SHAPE =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-xl px-4 py-2 text-[0.95rem] font-semibold " +
  "select-none transition-[opacity,background-color,border-color] disabled:cursor-not-allowed disabled:opacity-50";

interface Look {
  tone?: Tone;
  icon?: IconName;
  wide?: boolean;
}

export function buttonClass({ tone = "secondary", wide = false }: Look, more = ""): string {
  return `${SHAPE} ${TONES[tone]} ${wide ? "w-full" : ""} ${more}`;
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & Look & { busy?: boolean };

/** While busy it keeps its place, its width and its focus, and ignores further clicks. */
export function Button({
  tone,
  icon,
  wide,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      className={buttonClass({ ...(tone && { tone }), ...(wide && { wide }) }, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
      {...rest}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function ButtonLink({
  to,
  tone,
  icon,
  wide,
  children,
}: Look & { to: string; children: React.ReactNode }) {
  return (
    <Link to={to} className={buttonClass({ ...(tone && { tone }), ...(wide && { wide }) })}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="size-5 shrink-0 animate-[spin_0.8s_linear_infinite] rounded-full border-2 border-current border-r-transparent"
    />
  );
}
