import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { explainError } from "../explain";
import { t } from "../texts";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Notice } from "./Notice";

const MAX_CHARACTERS = 200;

interface RenameDialogProps {
  name: string;
  isOpen: boolean;
  onClose: () => void;
  save: (name: string) => Promise<unknown>;
  /** After it was saved. */
  onSaved: () => void;
}

export function RenameDialog({ isOpen, ...rest }: RenameDialogProps) {
  return (
    <Dialog title={t.rename.title} isOpen={isOpen} onClose={rest.onClose}>
      <Form {...rest} />
    </Dialog>
  );
}

function Form({ name, onClose, save, onSaved }: Omit<RenameDialogProps, "isOpen">) {
  const [typed, setTyped] = useState(name);
  const inputId = useId();
  const rename = useMutation({
    mutationFn: save,
    onSuccess: () => {
      onSaved();
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim()) rename.mutate(typed.trim());
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <div>
        <label htmlFor={inputId} className="mb-1 block text-sm font-semibold">
          {t.rename.name}
        </label>
        <input
          id={inputId}
          value={typed}
          maxLength={MAX_CHARACTERS}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          className="min-h-12 w-full rounded-xl border border-edge bg-paper px-3"
        />
      </div>
      {rename.error && (
        <Notice tone="bad" role="alert">
          {explainError(rename.error)}
        </Notice>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button type="submit" tone="primary" busy={rename.isPending} disabled={!typed.trim()}>
          {t.rename.save}
        </Button>
      </div>
    </form>
  );
}
