import { useMutation } from "@tanstack/react-query";
import { explainError } from "../explain";
import { t } from "../texts";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Notice } from "./Notice";

interface ConfirmDialogProps {
  title: string;
  body: string;
  yes: string;
  isOpen: boolean;
  onClose: () => void;
  act: () => Promise<unknown>;
  /** After it was done. */
  onDone: () => void;
}

/** Asks before something is gone. */
export function ConfirmDialog({ title, body, yes, isOpen, onClose, act, onDone }: ConfirmDialogProps) {
  const mutation = useMutation({
    mutationFn: act,
    onSuccess: () => {
      onClose();
      onDone();
    },
  });
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      <p className="mb-5 text-muted">{body}</p>
      {mutation.error && (
        <div className="mb-4">
          <Notice tone="bad" role="alert">
            {explainError(mutation.error)}
          </Notice>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button tone="danger" icon="trash" busy={mutation.isPending} onClick={() => mutation.mutate()}>
          {yes}
        </Button>
      </div>
    </Dialog>
  );
}
