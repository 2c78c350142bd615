import { type ReactNode, useEffect, useId, useRef } from "react";
import { t } from "../texts";
import { Icon } from "./Icon";

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** The browser's own modal: it traps focus, closes on Escape, and gives focus back to where it was. */
export function Dialog({ title, isOpen, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();

  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (isOpen && !dialog.open) {
      dialog.showModal();
      heading.current?.focus();
    }
    if (!isOpen && dialog.open) dialog.close();
  }, [isOpen]);

  return (
    <dialog
      ref={element}
      className="sheet"
      aria-labelledby={titleId}
      // Escape closes through the state: left to the browser, focus is back on the page while the state still says
      // open, and a key pressed in between is swallowed.
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => isOpen && onClose()}
      onClick={(event) => event.target === element.current && onClose()}
    >
      {isOpen && (
        <>
          <div className="mb-4 flex items-start justify-between gap-4">
            <h2 id={titleId} ref={heading} tabIndex={-1} className="display text-3xl">
              {title}
            </h2>
            <button
              type="button"
              onClick={onClose}
              aria-label={t.close}
              className="-m-2 grid size-11 place-items-center rounded-xl hover:bg-sunken"
            >
              <Icon name="close" />
            </button>
          </div>
          {children}
        </>
      )}
    </dialog>
  );
}
