import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";

type Tone = "plain" | "warn" | "bad" | "good";

const TONES: Record<Tone, { className: string; icon: IconName }> = {
  plain: { className: "bg-sunken text-ink", icon: "info" },
  warn: { className: "bg-warn-surface text-warn-ink", icon: "alert" },
  bad: { className: "bg-bad-surface text-ink", icon: "alert" },
  good: { className: "bg-good-surface text-ink", icon: "check" },
};

interface NoticeProps {
  tone?: Tone;
  icon?: IconName;
  title?: string;
  role?: "alert" | "status";
  children?: ReactNode;
  action?: ReactNode;
}

export function Notice({ tone = "plain", icon, title, role, children, action }: NoticeProps) {
  return (
    <div role={role} className={`flex items-start gap-3 rounded-2xl p-4 ${TONES[tone].className}`}>
      <Icon name={icon ?? TONES[tone].icon} className="mt-0.5 size-5" />
      <div className="min-w-0 flex-1">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className="text-[0.95rem]">{children}</div>}
        {action && <div className="mt-3 flex flex-wrap gap-2">{action}</div>}
      </div>
    </div>
  );
}
