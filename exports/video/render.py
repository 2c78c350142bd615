"""One export from start to end: probe, plan, run ffmpeg, probe what came out, say how it went."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exports.video import annotate, blame, framing, overlay, process, upscale
from exports.video.command import GRAPH_FILE, Plan, build_command
from exports.video.facts import ClipFacts, TooSlow, UnplayableClip
from exports.video.params import InvalidParams, validate_params
from exports.video.probe import probe
from exports.video.stretch import Stretch, stretch_of

PLANS = {
    "framing": framing.plan,
    "overlay": overlay.plan,
    "annotate": annotate.plan,
    "upscale": upscale.plan,
}
DURATION_TOLERANCE_MS = 500  # a packet of sound, a frame, and rounding
CAME_OUT_WRONG = "The export came out wrong"
TOOK_TOO_LONG = "The export took too long."


class RenderFailed(Exception):
    """An expected end other than success, with its code and a sentence for the visitor."""

    def __init__(self, code: str, text: str, stderr_tail: str = ""):
        super().__init__(text)
        self.code, self.text, self.stderr_tail = code, text, stderr_tail


def render(
    source_path: str | os.PathLike[str],
    output_path: str | os.PathLike[str],
    *,
    export_type: str,
    params: dict[str, Any],
    sold_duration_ms: int,
    on_progress: Callable[[float], None] = lambda fraction: None,
    should_cancel: Callable[[], bool] = lambda: False,
    deadline_seconds: float = 600.0,
    threads: int = 2,
) -> dict[str, Any]:
    """Renders one export and returns a plain envelope; never raises for anything but a programmer's error.

    `output_path` exists afterwards if and only if `ok` is true, and was then probed. `error_code` is "clip"
    or "params" when the visitor's input is to blame, else "cancelled", "timeout" or "internal".
    """
    started = time.monotonic()
    job = _Job(
        *(Path(source_path).absolute(), Path(output_path).absolute(), export_type, params, sold_duration_ms),
        *(on_progress, should_cancel, started + deadline_seconds, threads),
    )
    envelope = _empty_envelope()
    try:
        envelope |= _success(job.run(), job.output)
    except UnplayableClip as error:
        envelope |= _failure("clip", error.reason)
    except InvalidParams as error:
        envelope |= _failure("params", str(error))
    except RenderFailed as error:
        envelope |= _failure(error.code, error.text, job.without_paths(error.stderr_tail))
    except Exception as error:  # noqa: BLE001 - whoever waits for us must get an envelope, whatever broke
        envelope |= _failure("internal", "The export failed on our side.", job.without_paths(repr(error)))
    envelope["seconds"] = round(time.monotonic() - started, 3)
    return envelope


class _Job:
    """The steps of one render and what they share."""

    def __init__(
        self,
        source: Path,
        output: Path,
        export_type: str,
        params: dict[str, Any],
        sold_duration_ms: int,
        on_progress: Callable[[float], None],
        should_cancel: Callable[[], bool],
        deadline: float,
        threads: int,
    ):
        self.source, self.output = source, output
        self.export_type, self.params = export_type, params
        self.sold_duration_ms = max(1, int(sold_duration_ms))
        self.on_progress, self.should_cancel = on_progress, should_cancel
        self.deadline, self.threads = deadline, max(1, int(threads))
        self.expected_ms = 0
        self.fraction = 0.0

    def run(self) -> ClipFacts:
        facts = self._probe(self.source)
        params = self._clean_params(facts)
        stretch = self._stretch(facts, params)
        self.expected_ms = stretch.length_ms
        plan = stretch.of(PLANS[self.export_type](facts, params), facts)
        part = self.output.with_name(self.output.name + ".part")
        try:
            self._run_ffmpeg(facts, plan, stretch, part)
            made = self._probe_output(part, facts, plan)
            self._check_length(made, stretch)
            part.replace(self.output)
        finally:
            part.unlink(missing_ok=True)
        self.on_progress(1.0)
        return made

    def without_paths(self, text: str) -> str:
        """A message that does not tell where our files lie."""
        return text.replace(str(self.source), "source").replace(str(self.output.parent), "")

    def _probe(self, path: Path) -> ClipFacts:
        try:
            return probe(path, deadline_seconds=max(0.0, self.deadline - time.monotonic()))
        except TooSlow as error:
            raise RenderFailed("timeout", TOOK_TOO_LONG) from error

    def _clean_params(self, facts: ClipFacts) -> dict[str, Any]:
        duration_ms = max(facts.duration_ms, self.sold_duration_ms)
        size = {"width": facts.width, "height": facts.height}
        return validate_params(self.export_type, self.params, duration_ms=duration_ms, **size)

    def _stretch(self, facts: ClipFacts, params: dict[str, Any]) -> Stretch:
        try:
            return stretch_of(
                self.source,
                facts,
                params.get("trim"),
                sold_duration_ms=self.sold_duration_ms,
                deadline=self.deadline,
            )
        except TooSlow as error:
            raise RenderFailed("timeout", TOOK_TOO_LONG) from error

    def _run_ffmpeg(self, facts: ClipFacts, plan: Plan, stretch: Stretch, part: Path) -> None:
        with tempfile.TemporaryDirectory(dir=part.parent, prefix=".work-") as folder:
            self._write_files(plan, Path(folder))
            command = build_command(
                process.ffmpeg_path(),
                facts,
                plan,
                source=str(self.source),
                output=str(part),
                start_seconds=stretch.start_seconds,
                length_ms=stretch.length_ms,
                last_picture_ms=stretch.last_picture_ms,
                threads=self.threads,
            )
            ended = process.run(
                command,
                folder=folder,
                on_line=self._on_line,
                should_cancel=self.should_cancel,
                deadline=self.deadline,
            )
        _raise_unless_done(ended)

    def _write_files(self, plan: Plan, folder: Path) -> None:
        (folder / GRAPH_FILE).write_text(plan.graph)
        for name, content in plan.files.items():
            if stopped := process.why_stop(self.should_cancel, self.deadline):
                _raise_unless_done(process.Ended(0, stopped, ""))
            (folder / name).write_bytes(content())

    def _on_line(self, line: str) -> None:
        """`out_time_us=1234` is how far the output is; 1.0 is said only when the file has been probed."""
        name, _, value = line.partition("=")
        if name != "out_time_us" or not value.isdigit():
            return
        fraction = min(0.99, int(value) / 1000 / max(1, self.expected_ms))
        if fraction > self.fraction:
            self.fraction = fraction
            self.on_progress(round(fraction, 4))

    def _probe_output(self, part: Path, facts: ClipFacts, plan: Plan) -> ClipFacts:
        """Success is what the finished file says, not ffmpeg's exit status."""
        try:
            made = self._probe(part)
        except UnplayableClip as error:
            raise RenderFailed("clip", f"{CAME_OUT_WRONG}: {error.reason}") from error
        if (made.width, made.height, made.video_codec) != (plan.width, plan.height, "h264"):
            raise RenderFailed(
                "internal", f"{CAME_OUT_WRONG}: {made.width}×{made.height} {made.video_codec}."
            )
        if made.has_audio != facts.has_audio:
            raise RenderFailed("clip", f"{CAME_OUT_WRONG}: its sound could not be read.")
        return made

    def _check_length(self, made: ClipFacts, stretch: Stretch) -> None:
        """The last picture is held to the end, so the length alone does not tell that all of them were read."""
        last_ms = min(stretch.last_picture_ms, stretch.length_ms)
        for made_ms, expected_ms in (
            (made.duration_ms, stretch.length_ms),
            (made.last_picture_ms, last_ms),
        ):
            if abs(made_ms - expected_ms) > DURATION_TOLERANCE_MS:
                words = f"{CAME_OUT_WRONG}: {made_ms} ms of {expected_ms} ms could be read."
                raise RenderFailed("clip", words)


def _raise_unless_done(ended: process.Ended) -> None:
    if ended.stopped == "cancelled":
        raise RenderFailed("cancelled", "The export was cancelled.", ended.stderr_tail)
    if ended.stopped == "timeout":
        raise RenderFailed("timeout", TOOK_TOO_LONG, ended.stderr_tail)
    if ended.exit_code == 0:
        return
    if blame.is_layout(ended):
        raise RenderFailed("clip", blame.UNKNOWN_LAYOUT, ended.stderr_tail)
    if blame.is_clip(ended):
        raise RenderFailed("clip", "The clip is damaged and cannot be read to its end.", ended.stderr_tail)
    raise RenderFailed("internal", "The export failed on our side.", ended.stderr_tail)


def _empty_envelope() -> dict[str, Any]:
    failed = {"ok": False, "error_code": "", "error": "", "stderr_tail": ""}
    picture = {"width": 0, "height": 0, "frames": 0, "fps": 0.0}
    return failed | picture | {"duration_ms": 0, "has_audio": False, "bytes": 0, "seconds": 0.0}


def _success(made: ClipFacts, output: Path) -> dict[str, Any]:
    picture = {"width": made.width, "height": made.height, "frames": made.frame_count, "fps": made.fps}
    sound = {"duration_ms": made.duration_ms, "has_audio": made.has_audio}
    return {"ok": True, "bytes": output.stat().st_size} | picture | sound


def _failure(code: str, text: str, stderr_tail: str = "") -> dict[str, Any]:
    return {"error_code": code, "error": text, "stderr_tail": stderr_tail[-2000:]}
