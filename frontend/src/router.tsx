/** Client routes: a path, a link that keeps the page, and where focus goes afterwards. */

import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

function tellListeners(): void {
  listeners.forEach((listener) => listener());
}

export function navigate(to: string): void {
  window.history.pushState(null, "", to);
  window.scrollTo(0, 0);
  tellListeners();
}

export function replaceAddress(to: string): void {
  window.history.replaceState(window.history.state, "", to);
  tellListeners();
}

/** A sheet over the page has an address of its own, so that the back button closes it. */
export function openSheet(hash: string): void {
  window.history.pushState({ isSheet: true }, "", window.location.pathname + window.location.search + hash);
  tellListeners();
}

export function closeSheet(): void {
  const state = window.history.state as { isSheet?: boolean } | null;
  if (state?.isSheet) window.history.back();
  else replaceAddress(window.location.pathname + window.location.search);
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => window.location.pathname);
export const useHash = (): string => useSyncExternalStore(subscribe, () => window.location.hash);
export const useQueryString = (): URLSearchParams =>
  new URLSearchParams(useSyncExternalStore(subscribe, () => window.location.search));

/** The named parts of a path that fits a pattern like "/clips/:id"; null when it does not. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = (path.length > 1 ? path.replace(/\/$/, "") : path).split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":") && value) found[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return found;
}

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { to: string };

export function Link({ to, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={follow} {...rest} />;
}
