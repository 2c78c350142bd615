import { Component, type ReactNode } from "react";
import { t } from "../texts";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";

/** The last resort: a page that broke says so, instead of going blank. */
export class Crash extends Component<{ children: ReactNode }, { hasCrashed: boolean }> {
  override state = { hasCrashed: false };

  static getDerivedStateFromError() {
    return { hasCrashed: true };
  }

  override render() {
    if (!this.state.hasCrashed) return this.props.children;
    return (
      <main className="mx-auto max-w-xl p-6">
        <Notice
          tone="bad"
          role="alert"
          title={t.crashed.title}
          action={
            <Button tone="primary" onClick={() => window.location.reload()}>
              {t.crashed.reload}
            </Button>
          }
        >
          {t.crashed.body}
        </Notice>
      </main>
    );
  }
}
