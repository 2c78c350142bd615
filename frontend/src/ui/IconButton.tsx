import { Icon, type IconName } from "./Icon";

/** A button that is only a drawing, named for who cannot see it. */
export function IconButton({ icon, label, onPress }: { icon: IconName; label: string; onPress: () => void }) {
  return (
    <button
      type="button"
      onClick={onPress}
      aria-label={label}
      className="grid size-11 place-items-center rounded-xl text-muted hover:bg-sunken hover:text-ink"
    >
      <Icon name={icon} />
    </button>
  );
}
