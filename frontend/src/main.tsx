import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/queryClient";
import { App } from "./App";
import { Crash } from "./shell/Crash";
import { reloadForNewVersion } from "./shell/newVersion";
import "./styles.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
window.addEventListener("vite:preloadError", reloadForNewVersion);
createRoot(root).render(
  <StrictMode>
    <Crash>
      <QueryClientProvider client={queryClient}>
        <App />
      </QueryClientProvider>
    </Crash>
  </StrictMode>,
);
