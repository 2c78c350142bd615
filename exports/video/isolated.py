"""Probes an upload in a process of its own, so that a hostile file can at worst kill that one.

`python -m exports.video.isolated PATH MEMORY_BYTES DEADLINE_SECONDS` prints a line of JSON: the facts, or why there
are none. Anything else it does is a fault of ours, but for dying of a signal.
"""

import dataclasses
import json
import logging
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from exports.video import blame, boxes, process
from exports.video.facts import ClipFacts, ReaderBroke, TooMuchMemory, TooSlow, UnplayableClip

logger = logging.getLogger(__name__)

MEMORY_BYTES = 1024**3
START_SECONDS = 10.0  # for the process itself, on a busy machine
ROOT = Path(__file__).resolve().parents[2]


def probe_isolated(
    path: str | os.PathLike[str],
    *,
    deadline_seconds: float = 30.0,
    memory_bytes: int = MEMORY_BYTES,
    keep_open: Sequence[int] = (),
) -> ClipFacts:
    """What `probe` promises, bounded also in memory (TooMuchMemory) and proof against a crash of the demuxer.

    Raises ReaderBroke for a fault of ours. The process holds the descriptors in `keep_open` as long as it lives.
    """
    boxes.sniff(path)  # most of what is refused is refused here, without a process
    arguments = (str(Path(path).absolute()), str(memory_bytes), str(deadline_seconds))
    lines: list[str] = []
    ended = process.run(
        [sys.executable, "-m", "exports.video.isolated", *arguments],
        folder=ROOT,
        on_line=lines.append,
        deadline=time.monotonic() + deadline_seconds + START_SECONDS,
        die_with_parent=False,
        keep_open=keep_open,
    )
    if ended.stopped:
        raise TooSlow(deadline_seconds)
    if blame.is_crash(ended):
        logger.warning("a clip broke the reader: signal %s %s", -ended.exit_code, ended.stderr_tail)
        raise UnplayableClip(blame.CRASHED)
    answer = _answer_of(lines)
    if ended.exit_code != 0 or answer is None:
        raise ReaderBroke(f"exit status {ended.exit_code}\n{ended.stderr_tail}")
    if answer.get("lacks_memory"):
        raise TooMuchMemory(memory_bytes)
    if "reason" in answer:
        raise UnplayableClip(answer["reason"])
    return ClipFacts(**answer["facts"])


def _answer_of(lines: list[str]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None
    return found


def main(path: str, memory_bytes: str, deadline_seconds: str) -> None:
    """Prints the answer; runs in the child."""
    from exports.video import probe  # before the limit, which is for the file and not for us

    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes), int(memory_bytes)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with probe.listening() as said:
            facts = probe.probe(path, deadline_seconds=float(deadline_seconds))
        answer: dict[str, Any] = {"facts": dataclasses.asdict(facts)}
    except UnplayableClip as error:
        # A decoder without room for a picture goes on to call it invalid.
        answer = {"reason": error.reason, "lacks_memory": any(map(blame.tells_memory, said))}
    except MemoryError:
        answer = {"lacks_memory": True}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
