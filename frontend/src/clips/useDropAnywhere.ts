import { useEffect } from "react";
import { useConfig } from "../api/queries";
import { navigate } from "../router";
import { startUploads } from "./upload";

/** A file let go anywhere on any page is meant for us: without this the browser would leave the page to play it. */
export function useDropAnywhere(): void {
  const limit = useConfig().data?.max_upload_bytes ?? Infinity;
  useEffect(() => {
    const holdsFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const over = (event: DragEvent) => holdsFile(event) && event.preventDefault();
    const drop = (event: DragEvent) => {
      if (!holdsFile(event) || event.defaultPrevented) return;
      event.preventDefault();
      startUploads(event.dataTransfer?.files ?? [], limit);
      if (window.location.pathname !== "/") navigate("/");
    };
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, [limit]);
}
