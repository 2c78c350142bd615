"""One export where we have no disk and no database: everything comes and goes over HTTP. Knows no Django.

Runs inside Modal's containers (modal_app.py) and, with object storage, in the local runner's process. The order is
fetched by a signed address; progress and the end are told by signed callbacks, whose status may say that nobody waits.
"""

import contextlib
import hashlib
import hmac
import http.client
import json
import shutil
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

CALL_SECONDS = 20.0
TRANSFER_SECONDS = 300.0  # without a byte moving
TRIES = 5
PROGRESS_EVERY_SECONDS = 1.0
# Nobody wants this attempt any more: it ended, was cancelled, or another took its place.
GONE = {403, 404, 409, 410}
ALREADY_THERE = 412


class NotWanted(Exception):
    pass


def export(
    order_url: str, *, gpu: str = "", call_id: str = "", work: Callable[..., dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Carries out the order at `order_url` and returns a plain envelope; never raises.

    The envelope is that of exports.video.render, with `gpu` and the seconds of all of it: what we pay for. `work` is
    what is done with the order, render_order() unless told otherwise.
    """
    started = time.monotonic()
    try:
        envelope = _export(order_url, gpu, call_id, started, work or render_order)
    except NotWanted:
        envelope = _failure("cancelled", "Nobody waits for this any more.")
    except Exception as error:  # noqa: BLE001 - whoever waits must get an envelope, whatever broke
        envelope = _failure("internal", f"{type(error).__name__}: {error}"[:500])
    return {**envelope, "gpu": gpu, "seconds": round(time.monotonic() - started, 3)}


def _export(
    order_url: str, gpu: str, call_id: str, started: float, work: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    order = json.loads(_call("GET", order_url))
    home = Home(order["callback_url"], order["callback_key"], call_id)
    with contextlib.suppress(OSError):  # the next word, a second later, may get through
        home.tell_progress(0.0)
    with tempfile.TemporaryDirectory(prefix="export-") as folder, home.listening():
        envelope = work(order, Path(folder), on_progress=home.note, should_cancel=home.said_stop)
    envelope |= {"gpu": gpu, "seconds": round(time.monotonic() - started, 3)}
    home.tell_end(envelope)
    return envelope


def render_order(
    order: dict[str, Any],
    folder: Path,
    *,
    on_progress: Callable[[float], None],
    should_cancel: Callable[[], bool],
) -> dict[str, Any]:
    """Fetches the clip, renders it, delivers the output; returns the envelope."""
    from exports.video.render import render  # heavy, and only needed once there is a clip

    source, output = folder / "source.mp4", folder / "output.mp4"
    fetch(order["source_url"], source)
    envelope = render(
        source,
        output,
        export_type=order["export_type"],
        params=order["params"],
        sold_duration_ms=order["sold_duration_ms"],
        on_progress=on_progress,
        should_cancel=should_cancel,
        deadline_seconds=order["deadline_seconds"],
        threads=order.get("threads", 4),
    )
    if envelope["ok"]:
        deliver(output, order["output_url"])
    return envelope


def fetch(url: str, path: Path) -> None:
    """The whole file at `url`, or an exception after some tries."""

    def once() -> None:
        with _open(urllib.request.Request(url), TRANSFER_SECONDS) as answer, path.open("wb") as file:  # noqa: S310
            shutil.copyfileobj(answer, file, 1024 * 1024)
            promised = answer.headers.get("Content-Length")
            if promised is not None and file.tell() != int(promised):
                raise OSError("the connection ended early")

    _with_tries(once)


def deliver(path: Path, url: str) -> None:
    """Hands an output over, once: one that is there already stays, for it may have been looked at."""
    size = str(path.stat().st_size)
    headers = {"Content-Type": "video/mp4", "Content-Length": size, "If-None-Match": "*"}

    def once() -> None:
        with path.open("rb") as file:
            request = urllib.request.Request(url, data=file, headers=headers, method="PUT")  # noqa: S310
            try:
                _open(request, TRANSFER_SECONDS).close()
            except urllib.error.HTTPError as error:
                if error.code != ALREADY_THERE:
                    raise

    _with_tries(once)


class Home:
    """Whoever ordered: is told how it goes from a thread of its own, so that a slow line never holds up the work."""

    def __init__(self, url: str, key: str, call_id: str) -> None:
        self.url, self.key, self.call_id = url, key, call_id
        self._fraction, self._told = 0.0, -1.0
        self._stop, self._done = threading.Event(), threading.Event()

    def note(self, fraction: float) -> None:
        self._fraction = fraction

    def said_stop(self) -> bool:
        return self._stop.is_set()

    @contextlib.contextmanager
    def listening(self) -> Any:
        thread = threading.Thread(target=self._keep_telling, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._done.set()

    def tell_progress(self, fraction: float) -> None:
        """Raises NotWanted when the answer is that nobody waits."""
        self._post("progress", {"progress": fraction, "call_id": self.call_id}, tries=1)

    def tell_end(self, envelope: dict[str, Any]) -> None:
        """The result also reaches them by being returned: what cannot be told is not lost."""
        with contextlib.suppress(NotWanted, OSError):
            self._post("envelope", envelope, tries=TRIES)

    def _keep_telling(self) -> None:
        while not self._done.wait(PROGRESS_EVERY_SECONDS):
            try:
                self.tell_progress(self._fraction)
            except NotWanted:
                self._stop.set()
                return
            except OSError:
                continue  # they ask Modal too; the next word may get through

    def _post(self, action: str, body: dict[str, Any], *, tries: int) -> None:
        data = json.dumps(body).encode()
        message = action.encode() + b"\n" + data
        signature = hmac.new(self.key.encode(), message, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Signature": signature}
        _call("POST", f"{self.url}/{action}", data, headers, tries=tries)


def _call(
    method: str, url: str, data: bytes | None = None, headers: Any = None, *, tries: int = TRIES
) -> bytes:
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)  # noqa: S310

    def once() -> bytes:
        with _open(request, CALL_SECONDS) as answer:
            return answer.read()

    return _with_tries(once, tries)


def _open(request: urllib.request.Request, timeout_seconds: float) -> Any:
    return urllib.request.urlopen(request, timeout=timeout_seconds)  # noqa: S310


def _with_tries(once: Callable[[], Any], tries: int = TRIES) -> Any:
    """Tries again after trouble on the line or theirs. Raises NotWanted, OSError."""
    for number in range(1, tries + 1):
        try:
            return once()
        except urllib.error.HTTPError as error:
            if error.code in GONE:
                raise NotWanted from error
            if number == tries:
                raise
        except (OSError, http.client.HTTPException) as error:
            if number == tries:
                raise OSError(str(error)) from error
        time.sleep(min(30.0, 0.5 * 2**number))
    raise AssertionError("unreachable")


def _failure(code: str, text: str) -> dict[str, Any]:
    return {"ok": False, "error_code": code, "error": text}
