/**
 * A stand-in for the API while working on the pages alone: `node dev/api.mjs`, then http://localhost:8000 for the
 * last build or `npm run dev` for live reload. One wallet in memory, real HTTP, nothing kept. Not the product:
 * it measures no video and makes none. FFMPEG=/path/to/ffmpeg gives thumbnails.
 * TYPES=framing,upscale limits what is offered; SECONDS_PER_EXPORT and BALANCE set the scene.
 */

import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createReadStream, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const PORT = Number(process.env.PORT ?? 8000);
const EXPORT_MS = Number(process.env.SECONDS_PER_EXPORT ?? 6) * 1000;
const PRICES = { framing: 5, overlay: 8, annotate: 10, upscale: 30 };
const OFFERED = (process.env.TYPES ?? Object.keys(PRICES).join()).split(",");
const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const media = mkdtempSync(join(tmpdir(), "reel-"));

const wallet = { balance_cents: 0, currency: "usd", debt_cents: 0, is_frozen: process.env.FROZEN === "1" };
const [ledger, projects, jobs] = [[], [], []];
const [topups, jobByKey] = [new Map(), new Map()];
const newId = () => randomBytes(12).toString("hex");
const now = () => new Date().toISOString();

function move(change_cents, reason, job_id = null, note = "") {
  wallet.balance_cents += change_cents;
  wallet.debt_cents = Math.max(0, -wallet.balance_cents);
  ledger.unshift({
    id: ledger.length + 1,
    change_cents,
    balance_after_cents: wallet.balance_cents,
    reason,
    job_id,
    note,
    created_at: now(),
  });
}
if (process.env.BALANCE) move(Number(process.env.BALANCE), "bonus");

class Refusal extends Error {
  constructor(status, body) {
    super();
    Object.assign(this, { status, body });
  }
}
const page = (results) => ({ next: null, previous: null, results });
const found = (list, test) =>
  list.find(test) ??
  (() => {
    throw new Refusal(404, { detail: "Not found." });
  })();
const costOf = (project, type) => PRICES[type] * Math.max(1, Math.ceil((project.duration_ms - 500) / 30_000));

/** A job's state follows from the time: nothing here runs in the background. */
function settled(job) {
  if (job.status !== "queued" && job.status !== "running") return job;
  job.progress = Math.min(1, Math.max(0, (Date.now() - Date.parse(job.created_at) - 1000) / EXPORT_MS));
  if (job.progress > 0) Object.assign(job, { status: "running", started_at: job.started_at ?? now() });
  if (job.progress < 1) return job;
  if (/fail/i.test(job.project_name)) return end(job, "failed", "The clip could not be decoded past 0:03.");
  job.output_url = `/api/export/${job.job_id}/output`;
  return Object.assign(job, { status: "succeeded", finished_at: now() });
}
function end(job, status, error = null) {
  Object.assign(job, { status, error, finished_at: now(), refunded_cents: job.cost_cents });
  move(job.cost_cents, "refund", job.job_id);
  return job;
}

function addProject(body, contentType) {
  const form = parseForm(body, contentType);
  const bytes = form.video ?? Buffer.alloc(0);
  const header = bytes.indexOf("mvhd");
  if (header < 0) throw new Refusal(400, { video: ["This file is not an mp4 or mov video."] });
  const duration_ms = Math.round((bytes.readUInt32BE(header + 20) / bytes.readUInt32BE(header + 16)) * 1000);
  const track = bytes.indexOf("tkhd");
  const id = newId();
  writeFileSync(join(media, id), bytes);
  const project = {
    id,
    name: String(form.name ?? "clip"),
    duration_ms,
    duration_seconds: duration_ms / 1000,
    width: bytes.readUInt16BE(track + 80),
    height: bytes.readUInt16BE(track + 84),
    fps: 30,
    has_audio: true,
    size_bytes: bytes.length,
    video_url: `/api/projects/${id}/video`,
    thumbnail_url: null,
    created_at: now(),
  };
  if (process.env.FFMPEG) {
    const picture = join(media, `${id}.jpg`);
    execFileSync(process.env.FFMPEG, [
      "-v",
      "error",
      "-y",
      "-ss",
      "0.5",
      "-i",
      join(media, id),
      "-frames:v",
      "1",
      "-vf",
      "scale=640:-2",
      picture,
    ]);
    project.thumbnail_url = `/api/projects/${id}/thumbnail`;
  }
  projects.unshift(project);
  return project;
}

function parseForm(body, contentType) {
  const boundary = `--${/boundary=(.+)$/.exec(contentType)?.[1]}`;
  const form = {};
  for (let at = body.indexOf(boundary); at >= 0;) {
    const next = body.indexOf(boundary, at + boundary.length);
    if (next < 0) break;
    const head = body.indexOf("\r\n\r\n", at);
    const name = /name="([^"]+)"/.exec(body.subarray(at, head).toString())?.[1];
    const value = body.subarray(head + 4, next - 2);
    if (name) form[name] = name === "video" ? value : value.toString();
    at = next;
  }
  return form;
}

function startExport({ project_id, type, params, cost_cents: accepted }, key) {
  if (key && jobByKey.has(key)) return settled(jobByKey.get(key));
  const project = found(projects, (each) => each.id === project_id);
  if (!OFFERED.includes(type)) throw new Refusal(400, { type: [`Must be one of ${OFFERED.join(", ")}.`] });
  if (wallet.is_frozen) throw new Refusal(403, { detail: { error: "Wallet frozen" } });
  const cost_cents = costOf(project, type);
  if (accepted !== undefined && cost_cents > accepted)
    throw new Refusal(409, { detail: { error: "Price is higher", cost_cents } });
  const { balance_cents } = wallet;
  if (cost_cents > balance_cents) {
    throw new Refusal(402, {
      detail: {
        error: "Insufficient funds",
        balance_cents,
        required_cents: cost_cents,
        shortfall_cents: cost_cents - balance_cents,
      },
    });
  }
  const job = {
    job_id: newId(),
    project_id,
    project_name: project.name,
    type,
    params,
    status: "queued",
    progress: 0,
    cost_cents,
    refunded_cents: 0,
    output_url: null,
    output_expires_at: null,
    error: null,
    created_at: now(),
    started_at: null,
    finished_at: null,
    receipt: null,
  };
  jobs.unshift(job);
  if (key) jobByKey.set(key, job);
  move(-cost_cents, "debit", job.job_id);
  return { ...job, new_balance_cents: wallet.balance_cents };
}

function startTopup({ amount_cents }, host) {
  if (!Number.isInteger(amount_cents) || amount_cents < 50 || amount_cents > 50_000) {
    throw new Refusal(400, { amount_cents: ["Must be from 50 to 50000."] });
  }
  const session_id = `cs_test_${newId()}`;
  topups.set(session_id, { status: "pending", credits: amount_cents });
  return { checkout_url: `http://${host}/dev-checkout/${session_id}`, session_id };
}

const checkoutPage = (
  session,
  { credits },
) => `<!doctype html><title>Checkout</title><h1>${credits} credits</h1>
  <p><a id="pay" href="/dev-checkout/${session}/pay">Pay</a> <a id="decline" href="/dev-checkout/${session}/decline">Decline</a>
  <a id="cancel" href="/cancel">Back</a>`;

const routes = [
  [
    "GET",
    /^\/api\/config$/,
    () => ({
      publishable_key: "pk_test_dev",
      currency: "usd",
      topup: {
        min_cents: 50,
        max_cents: 50_000,
        packs: [
          [500, "Starter"],
          [1500, "Season"],
          [4000, "Club"],
        ].map(([amount_cents, label]) => ({ amount_cents, label })),
      },
      prices: {
        version: "dev",
        block_seconds: 30,
        types: OFFERED.map((type) => ({ type, base_cents: PRICES[type] })),
      },
      max_upload_bytes: 500_000_000,
      seller: {
        name: "Reel Ballers",
        address: "",
        support_email: "support@localhost",
        terms_url: "/terms",
        privacy_url: "/privacy",
        refund_policy_url: "/refunds",
      },
      is_sandbox: true,
    }),
  ],
  ["GET", /^\/api\/wallet$/, () => wallet],
  ["GET", /^\/api\/wallet\/ledger$/, () => page(ledger)],
  ["GET", /^\/api\/me$/, () => ({ id: "dev", is_guest: true, email: null })],
  ["POST", /^\/api\/topup$/, ({ json, host }) => startTopup(json(), host)],
  [
    "GET",
    /^\/api\/topup\/(.+)$/,
    ({ part }) => {
      const topup = topups.get(part) ?? found([], () => false);
      if (topup.paidMs && Date.now() - topup.paidMs > 2500 && topup.status === "pending") {
        topup.status = "paid";
        move(topup.credits, "topup");
      }
      return { status: topup.status, credits: topup.credits, balance_cents: wallet.balance_cents };
    },
  ],
  ["GET", /^\/api\/projects$/, () => page(projects)],
  ["POST", /^\/api\/projects$/, ({ body, type }) => [201, addProject(body(), type)]],
  ["GET", /^\/api\/projects\/(\w+)$/, ({ part }) => found(projects, (each) => each.id === part)],
  [
    "DELETE",
    /^\/api\/projects\/(\w+)$/,
    ({ part }) => {
      projects.splice(projects.indexOf(found(projects, (each) => each.id === part)), 1);
      return [204, null];
    },
  ],
  [
    "POST",
    /^\/api\/export\/quote$/,
    ({ json }) => {
      const { project_id, type } = json();
      const cost_cents = costOf(
        found(projects, (each) => each.id === project_id),
        type,
      );
      return {
        cost_cents,
        balance_cents: wallet.balance_cents,
        shortfall_cents: Math.max(0, cost_cents - wallet.balance_cents),
      };
    },
  ],
  ["POST", /^\/api\/export\/start$/, ({ json, key }) => [201, startExport(json(), key)]],
  ["GET", /^\/api\/export$/, () => page(jobs.map(settled))],
  ["GET", /^\/api\/export\/(\w+)$/, ({ part }) => settled(found(jobs, (each) => each.job_id === part))],
  [
    "POST",
    /^\/api\/export\/(\w+)\/cancel$/,
    ({ part }) => {
      const job = settled(found(jobs, (each) => each.job_id === part));
      if (job.finished_at) throw new Refusal(409, { detail: "This export has finished." });
      return { ...end(job, "cancelled"), new_balance_cents: wallet.balance_cents };
    },
  ],
];

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".jpg": "image/jpeg",
};

function sendFile(request, response, path, type = TYPES[extname(path)] ?? "video/mp4") {
  const { size } = statSync(path);
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "") ?? [];
  const [start, last] = from === undefined ? [0, size - 1] : [Number(from), to ? Number(to) : size - 1];
  response.writeHead(from === undefined ? 200 : 206, {
    "Content-Type": type,
    "Content-Length": last - start + 1,
    "Accept-Ranges": "bytes",
    ...(from === undefined ? {} : { "Content-Range": `bytes ${start}-${last}/${size}` }),
    "Content-Security-Policy":
      "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'",
  });
  createReadStream(path, { start, end: last }).pipe(response);
}

function sendPage(request, response, path) {
  const file = normalize(join(DIST, path));
  const isFile = file.startsWith(join(DIST, "assets")) && existsSync(file);
  sendFile(request, response, isFile ? file : join(DIST, "index.html"));
}

function sendMedia(request, response, path) {
  const [, kind, id, what] = /^\/api\/(projects|export)\/(\w+)\/(video|thumbnail|output)$/.exec(path) ?? [];
  if (!kind) return false;
  const name = kind === "export" ? found(jobs, (job) => job.job_id === id).project_id : id;
  if (what === "thumbnail") sendFile(request, response, join(media, `${name}.jpg`));
  else sendFile(request, response, join(media, name), "video/mp4");
  return true;
}

function checkout(path, response) {
  const [, session, act] = /^\/dev-checkout\/(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
  const topup = topups.get(session);
  if (!topup) return false;
  if (act === "pay") topup.paidMs = Date.now();
  if (act === "decline") topup.status = "failed";
  if (act) response.writeHead(302, { Location: `/success?session_id=${session}` }).end();
  else response.writeHead(200, { "Content-Type": "text/html" }).end(checkoutPage(session, topup));
  return true;
}

createServer(async (request, response) => {
  const path = new URL(request.url, "http://any").pathname;
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = () => Buffer.concat(chunks);
  const reply = (status, answer) =>
    response
      .writeHead(status, { "Content-Type": "application/json" })
      .end(answer === null ? "" : JSON.stringify(answer));
  try {
    if (checkout(path, response) || sendMedia(request, response, path)) return;
    if (path === "/api/wallet/statement") {
      response.writeHead(200, { "Content-Type": "text/csv" }).end("date,change_cents\n");
      return;
    }
    if (!path.startsWith("/api/")) return sendPage(request, response, path);
    const [, pattern, act] = found(
      routes,
      ([method, pattern]) => method === request.method && pattern.test(path),
    );
    const part = pattern.exec(path)[1];
    const answer = act({
      part,
      body,
      json: () => JSON.parse(body().toString()),
      host: request.headers.host,
      type: request.headers["content-type"],
      key: request.headers["idempotency-key"],
    });
    if (Array.isArray(answer)) reply(...answer);
    else reply(200, answer);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) console.error(refusal);
    reply(refusal.status ?? 500, refusal.body ?? { detail: "Broken stand-in." });
  }
}).listen(PORT, "127.0.0.1", () => console.log(`stand-in API on http://localhost:${PORT}`));
