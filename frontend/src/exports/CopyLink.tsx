import { useState } from "react";
import { t } from "../texts";
import { Button } from "../ui/Button";

/** This page's address, for the owner's other devices. */
export function CopyLink() {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard
      ?.writeText(window.location.href)
      .then(() => setCopied(true))
      .catch(() => undefined);
  };
  return (
    <Button tone="quiet" icon={isCopied ? "check" : "copy"} onClick={copy} title={t.exports.copyHint}>
      {isCopied ? t.banner.copied : t.exports.copyLink}
    </Button>
  );
}
