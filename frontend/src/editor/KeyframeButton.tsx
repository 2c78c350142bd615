import { t } from "../texts";
import { Button } from "../ui/Button";

interface KeyframeButtonProps {
  isPlaced: boolean;
  onPlace: () => void;
  onRemove: () => void;
}

/** Holds what is seen at this moment, or lets go of it. */
export function KeyframeButton({ isPlaced, onPlace, onRemove }: KeyframeButtonProps) {
  return isPlaced ? (
    <Button icon="trash" onClick={onRemove}>
      {t.editor.removeKeyframe}
    </Button>
  ) : (
    <Button icon="plus" onClick={onPlace}>
      {t.editor.addKeyframe}
    </Button>
  );
}
