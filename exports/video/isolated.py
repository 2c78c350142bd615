"""Probes an upload in a process of its own, so that a hostile file can at worst kill that one.

`python -m exports.video.isolated PATH MEMORY_BYTES` prints a line of JSON: the facts, or why there are none.
"""

import dataclasses
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from exports.video.facts import ClipFacts, UnplayableClip

MEMORY_BYTES = 1024**3
ROOT = Path(__file__).resolve().parents[2]


def probe_isolated(
    path: str | os.PathLike[str], *, deadline_seconds: float = 30.0, memory_bytes: int = MEMORY_BYTES
) -> ClipFacts:
    """What `probe` promises, bounded also in memory and proof against a crash of the demuxer."""
    from exports.video import boxes, process

    boxes.sniff(path)  # most of what is refused is refused here, without a process
    lines: list[str] = []
    ended = process.run(
        [sys.executable, "-m", "exports.video.isolated", str(Path(path).absolute()), str(memory_bytes)],
        folder=ROOT,
        on_line=lines.append,
        deadline=time.monotonic() + deadline_seconds,
        die_with_parent=False,
    )
    if ended.stopped:
        raise UnplayableClip("The file takes too long to read.")
    answer: dict[str, Any] = (
        json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {"reason": boxes.DAMAGED}
    )
    if "reason" in answer:
        raise UnplayableClip(answer["reason"])
    return ClipFacts(**answer["facts"])


def main(path: str, memory_bytes: str) -> None:
    """Prints the answer; runs in the child."""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes), int(memory_bytes)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from exports.video.probe import probe

    try:
        answer: dict[str, Any] = {"facts": dataclasses.asdict(probe(path))}
    except UnplayableClip as error:
        answer = {"reason": error.reason}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
