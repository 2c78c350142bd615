/** Buying credits: the trip to Checkout, and the way back to what the visitor was doing. */

import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { startTopup } from "../api/calls";
import { explainError } from "../explain";
import { tabNotes } from "../storage";
import { announce } from "../ui/announce";
import { proveSession } from "./session";

const RETURN_TO = "return-to";

export const returnPath = (): string | null => tabNotes.read<string>(RETURN_TO);

export function useTopup() {
  // A lock, because a double click is faster than a render.
  const isLocked = useRef(false);
  const mutation = useMutation({
    mutationFn: async (amountCents: number) => {
      const checkout = await startTopup(amountCents);
      await proveSession();
      return checkout;
    },
    onSuccess: ({ checkout_url }) => {
      const { pathname, search } = window.location;
      if (pathname !== "/success" && pathname !== "/cancel") tabNotes.write(RETURN_TO, pathname + search);
      window.location.assign(checkout_url);
    },
    onError: (error) => {
      isLocked.current = false;
      announce(explainError(error));
    },
  });
  const { reset } = mutation;

  // The browser's back button revives this page as it was left, still "opening the checkout".
  useEffect(() => {
    const revive = (event: PageTransitionEvent) => {
      if (!event.persisted) return;
      isLocked.current = false;
      reset();
    };
    window.addEventListener("pageshow", revive);
    return () => window.removeEventListener("pageshow", revive);
  }, [reset]);

  return {
    isLeaving: mutation.isPending || mutation.isSuccess,
    error: mutation.error,
    start: (amountCents: number) => {
      if (isLocked.current) return;
      isLocked.current = true;
      mutation.mutate(amountCents);
    },
  };
}
