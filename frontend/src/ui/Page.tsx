import { type ReactNode, useEffect, useRef } from "react";
import { t } from "../texts";

/** The address whose page was focused last. The first page keeps the browser's own focus. */
let focusedPath = window.location.pathname;
let hasNavigated = false;

/** After a change of address, and when what had the focus was replaced by what it waited for. */
function takesFocus(): boolean {
  const isNew = window.location.pathname !== focusedPath;
  focusedPath = window.location.pathname;
  hasNavigated ||= isNew;
  return isNew || (hasNavigated && document.activeElement === document.body);
}

interface PageProps {
  title: string;
  /** The tab's title, where it says more than the page's. */
  tab?: string | undefined;
  /** The heading as drawn, where it says more than the tab's title. */
  heading?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}

export function Page({ title, tab, heading, aside, children }: PageProps) {
  const element = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus()) element.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = t.pageTitle(tab ?? title);
  }, [title, tab]);
  return (
    <main id="content" className="mx-auto w-full max-w-6xl flex-1 px-4 pt-6 pb-28 sm:px-6 sm:pt-8 sm:pb-16">
      <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
        <h1 ref={element} tabIndex={-1} className="display min-w-0 max-w-full text-4xl sm:text-5xl">
          <span className="line-clamp-2 pr-1 pb-1 leading-[1.05] wrap-anywhere">{heading ?? title}</span>
        </h1>
        {aside}
      </div>
      {children}
    </main>
  );
}
