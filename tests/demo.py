"""`make demo`: the main job against a server started here on free ports, each step printed, every cent at the end."""

import secrets
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from exports.video.probe import probe
from tests import clips
from tests.product import Product
from tests.visitor import Operator, Visitor

OPERATOR = "operator@example.com"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="reelballers-demo-") as folder:
        say("starting web, worker and sandbox …")
        with Product(Path(folder) / "data") as product:
            say(f"serving on {product.base_url} after {time.monotonic() - started:.1f} s\n")
            play(product, Path(folder))
            audit = product.manage("audit", check=False)
            say("\n" + audit.stdout.strip())
    say(f"done in {time.monotonic() - started:.1f} s")
    return audit.returncode


def play(product: Product, folder: Path) -> None:
    visitor = Visitor(product.base_url, product.sandbox_url)
    _buy(visitor)
    _export(visitor, folder)
    _fail(visitor, folder)
    _bonus(visitor, product)
    _keep(visitor, product)
    say("\n" + ledger_table(visitor))


def _buy(visitor: Visitor) -> None:
    say(f"a visitor arrives            balance {visitor.balance_cents()}")
    session_id = visitor.top_up(500)
    say(f"guest {visitor.get('/api/me')['id'][:8]} buys 500        paid with 4242 4242 4242 4242")
    status = visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")
    _expect("balance", status["balance_cents"], 500)


def _export(visitor: Visitor, folder: Path) -> None:
    clip = clips.make_clip(folder / "clip.mp4", seconds=4)
    project = visitor.upload(clip)
    say(
        f"uploads a clip               {project['width']}×{project['height']}, {project['duration_seconds']:.1f} s"
    )
    order = {"project_id": project["id"], "type": "framing", "params": {"aspect": "9:16"}}
    quote = visitor.post("/api/export/quote", order)
    _expect("quote", quote["cost_cents"], 5)
    job = visitor.post(
        "/api/export/start", {**order, "cost_cents": 5}, **{"Idempotency-Key": secrets.token_hex(8)}
    )
    say(f"exports framing              job {job['job_id']}, balance {job['new_balance_cents']}")
    job = _follow(visitor, job["job_id"])
    _expect("status", job["status"], "succeeded")
    output = folder / "output.mp4"
    output.write_bytes(visitor.http.get(visitor.base_url + job["output_url"], timeout=60).content)
    facts = probe(output)
    say(
        f"downloads the file           {facts.width}×{facts.height} {facts.video_codec} + {facts.audio_codec}"
    )
    _expect(
        "output", (facts.width, facts.height, facts.video_codec, facts.has_audio), (1080, 1920, "h264", True)
    )
    _expect("balance", visitor.balance_cents(), 495)


def _fail(visitor: Visitor, folder: Path) -> None:
    project = visitor.upload(clips.make_broken_clip(folder / "broken.mp4"), name="Scratched tape")
    job = visitor.post("/api/export/start", {"project_id": project["id"], "type": "framing", "params": {}})
    say(f"exports a damaged clip       job {job['job_id']}, balance {job['new_balance_cents']}")
    job = _follow(visitor, job["job_id"])
    _expect("status", job["status"], "failed")
    say(f"is told                      “{job['error']}” {job['refunded_cents']} credits are back")
    _expect("balance", visitor.balance_cents(), 495)


def _bonus(visitor: Visitor, product: Product) -> None:
    password = secrets.token_urlsafe(16)
    product.environment["DJANGO_SUPERUSER_PASSWORD"] = password
    product.manage("createsuperuser", "--noinput", "--email", OPERATOR)
    operator = Operator(product.base_url, product.sandbox_url, OPERATOR, password)
    page = f"/admin/wallets/{visitor.get('/api/me')['id']}/acts?kind=bonus"
    bonus = {"kind": "bonus", "amount_cents": "20", "reason": "Sorry about the tape"}
    drafted = operator.submit(page, bonus)
    operator.submit(drafted.url.removeprefix(operator.base_url), {})
    say("an operator says sorry       bonus 20")
    _expect("balance", visitor.balance_cents(), 515)


def _keep(visitor: Visitor, product: Product) -> None:
    """The wallet hung on one cookie; by an address it is found again from another browser."""
    email, balance_cents = "anna@example.com", visitor.balance_cents()
    kept = visitor.enter(email)
    say(f"keeps the wallet             {kept['how']} by {email}, code read at {product.sandbox_url}/mailbox")
    laptop = Visitor(product.base_url, product.sandbox_url)
    found = laptop.enter(email)
    say(f"signs in on a laptop         {found['how']}, {len(laptop.get('/api/account/sessions'))} devices")
    _expect("balance", laptop.balance_cents(), balance_cents)


def _follow(visitor: Visitor, job_id: str) -> dict[str, Any]:
    seen: list[str] = []

    def note(job: dict[str, Any]) -> None:
        step = f"{job['status']} {job['progress']:.0%}"
        if step not in seen:
            seen.append(step)

    job = visitor.wait_for(
        f"/api/export/{job_id}", "status", "succeeded", "failed", "cancelled", on_look=note
    )
    say(f"watches it                   {' → '.join(seen)}")
    return job


def ledger_table(visitor: Visitor) -> str:
    lines = visitor.get("/api/wallet/ledger")["results"][::-1]
    rows = [f"{'#':>3}  {'reason':<10} {'change':>7} {'balance':>8}  note"]
    for line in lines:
        rows.append(
            f"{line['id']:>3}  {line['reason']:<10} {line['change_cents']:>+7} {line['balance_after_cents']:>8}"
            f"  {line['note']}"
        )
    return "\n".join(rows)


def _expect(what: str, found: Any, wanted: Any) -> None:
    say(f"  {what} {found}")
    if found != wanted:
        raise SystemExit(f"demo: {what} is {found}, not {wanted}")


if __name__ == "__main__":
    sys.exit(main())
