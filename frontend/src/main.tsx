import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { getConfig, getWallet } from "./api/calls";
import { keys, queryClient } from "./api/queryClient";
import { App } from "./App";
import { Crash } from "./shell/Crash";
import { reloadForNewVersion } from "./shell/newVersion";
import "./styles.css";

/** What decides the first frame's layout: whether there is a test banner, a balance, a notice about the wallet. */
const FIRST_FRAME_WAITS_MS = 400;

const firstFacts = () =>
  Promise.race([
    Promise.allSettled([
      queryClient.prefetchQuery({ queryKey: keys.config, queryFn: getConfig, staleTime: Infinity }),
      queryClient.prefetchQuery({ queryKey: keys.wallet, queryFn: getWallet }),
    ]),
    new Promise((resolve) => setTimeout(resolve, FIRST_FRAME_WAITS_MS)),
  ]);

async function start(root: HTMLElement): Promise<void> {
  await firstFacts();
  createRoot(root).render(
    <StrictMode>
      <Crash>
        <QueryClientProvider client={queryClient}>
          <App />
        </QueryClientProvider>
      </Crash>
    </StrictMode>,
  );
}

window.addEventListener("vite:preloadError", reloadForNewVersion);
const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
void start(root);
