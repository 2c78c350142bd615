import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

process.env.VITE_API_BASE ??= ""; // index.html names it too

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // Nothing is inlined as a data: URI, so that the policy can stay at 'self'.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: "es2022" },
  server: { port: 5173, proxy: { "/api": process.env.API ?? "http://127.0.0.1:8000" } },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
