import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { useConfig } from "../api/queries";
import { explainError } from "../explain";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { askForCode, type CodeSent, confirmCode, type Entered, recoverWallet } from "./calls";

interface EnterFormProps {
  address?: string;
  /** Asks for the card too: the way back to a wallet that was paid for and lost. */
  isLost?: boolean;
  onEntered: (entered: Entered) => void;
}

/** An address, then the six digits that were mailed to it. */
export function EnterForm({ address = "", isLost = false, onEntered }: EnterFormProps) {
  const [email, setEmail] = useState(address);
  const [sent, setSent] = useState<CodeSent | null>(null);
  const ask = useMutation({ mutationFn: () => askForCode(email.trim()), onSuccess: setSent });
  return sent === null ? (
    <AddressForm
      email={email}
      onChange={setEmail}
      onSubmit={() => ask.mutate()}
      isBusy={ask.isPending}
      error={ask.error}
    />
  ) : (
    <CodeForm
      key={sent.code_id}
      email={email.trim()}
      isLost={isLost}
      sent={sent}
      onEntered={onEntered}
      onAgain={() => ask.mutate()}
      isAsking={ask.isPending}
      askError={ask.error}
      onOther={() => {
        ask.reset();
        setSent(null);
      }}
    />
  );
}

interface AddressFormProps {
  email: string;
  onChange: (email: string) => void;
  onSubmit: () => void;
  isBusy: boolean;
  error: unknown;
}

function AddressForm({ email, onChange, onSubmit, isBusy, error }: AddressFormProps) {
  const inputId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) onSubmit();
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <div>
        <label htmlFor={inputId} className="mb-2 block text-sm font-semibold">
          {t.account.email}
        </label>
        <input
          id={inputId}
          type="email"
          autoComplete="email"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          value={email}
          onChange={(event) => onChange(event.target.value)}
          className={INPUT}
        />
      </div>
      <Problem error={error} />
      <Button type="submit" tone="primary" wide busy={isBusy} disabled={email.trim() === ""}>
        {t.account.send}
      </Button>
      <p className="text-center text-sm text-muted">{t.account.noPassword}</p>
    </form>
  );
}

interface CodeFormProps {
  email: string;
  isLost: boolean;
  sent: CodeSent;
  onEntered: (entered: Entered) => void;
  onAgain: () => void;
  isAsking: boolean;
  askError: unknown;
  onOther: () => void;
}

function CodeForm({ email, isLost, sent, onEntered, onAgain, isAsking, askError, onOther }: CodeFormProps) {
  const [code, setCode] = useState("");
  const [last4, setLast4] = useState("");
  const digits = code.replace(/\s/g, "");
  const confirm = useMutation({
    mutationFn: () =>
      isLost ? recoverWallet(sent.code_id, digits, last4) : confirmCode(sent.code_id, digits),
    onSuccess: onEntered,
  });
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const [inputId, helpId, cardId] = [useId(), useId(), useId()];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!confirm.isPending) confirm.mutate();
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <div>
        <label htmlFor={inputId} className="mb-2 block text-sm font-semibold">
          {t.account.code}
        </label>
        <input
          id={inputId}
          ref={input}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          aria-describedby={helpId}
          aria-invalid={confirm.isError}
          className={`${INPUT} score text-3xl tracking-[0.3em]`}
        />
        <p id={helpId} className="mt-2 text-sm text-muted" role="status">
          {t.account.sentTo(email)} <MailboxLink />
        </p>
      </div>
      {isLost && (
        <div>
          <label htmlFor={cardId} className="mb-2 block text-sm font-semibold">
            {t.account.last4}
          </label>
          <input
            id={cardId}
            inputMode="numeric"
            autoComplete="off"
            maxLength={4}
            value={last4}
            onChange={(event) => setLast4(event.target.value)}
            className={INPUT}
          />
        </div>
      )}
      <Problem error={confirm.error ?? askError} />
      <Button
        type="submit"
        tone="primary"
        wide
        busy={confirm.isPending}
        disabled={digits.length !== 6 || (isLost && !/^[0-9]{4}$/.test(last4))}
      >
        {t.account.confirm}
      </Button>
      <div className="flex flex-wrap justify-center gap-2">
        <Button tone="quiet" busy={isAsking} onClick={onAgain}>
          {t.account.again}
        </Button>
        <Button tone="quiet" onClick={onOther}>
          {t.account.other}
        </Button>
      </div>
    </form>
  );
}

/** While mail is a sandbox nobody's inbox gets it. */
function MailboxLink() {
  const url = useConfig().data?.mailbox_url;
  if (!url) return null;
  return (
    <a href={url} target="_blank" rel="noreferrer" className="font-semibold underline">
      {t.account.mailbox}
    </a>
  );
}

function Problem({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <Notice tone="bad" role="alert">
      {explainError(error)}
    </Notice>
  );
}

const INPUT =
  "min-h-12 w-full rounded-xl border border-edge bg-paper px-4 text-lg outline-none " +
  "focus-visible:outline-3 focus-visible:outline-[var(--focus)]";
