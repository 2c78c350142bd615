/** A real HTTP server for the hooks under test: each test says what it answers and reads what was asked. */

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeEach, vi } from "vitest";

export interface Asked {
  method: string;
  path: string;
  key: string | undefined;
  json: Record<string, unknown> | null;
}
export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** Starts before the module under test is imported, which reads the API's address once. */
export async function serve(): Promise<{ asked: Asked[]; answer: (act: (asked: Asked) => Answer) => void }> {
  const asked: Asked[] = [];
  let act: (asked: Asked) => Answer = () => ({ status: 404, body: { detail: "Not found." } });
  const server = createServer((request, response) => {
    void read(request).then((call) => {
      asked.push(call);
      const { status, body, headers } = act(call);
      const isPage = typeof body === "string";
      response.writeHead(status, { "Content-Type": isPage ? "text/html" : "application/json", ...headers });
      response.end(isPage ? body : JSON.stringify(body));
    });
  });
  vi.stubEnv("VITE_API_BASE", `http://127.0.0.1:${await listening(server)}`);
  beforeEach(() => void asked.splice(0));
  afterAll(() => void server.close());
  return { asked, answer: (next) => (act = next) };
}

async function read(request: IncomingMessage): Promise<Asked> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  const key = request.headers["idempotency-key"];
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    key: typeof key === "string" ? key : undefined,
    json: text ? (JSON.parse(text) as Record<string, unknown>) : null,
  };
}

const listening = (server: Server) =>
  new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
