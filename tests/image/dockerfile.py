"""Reads a Dockerfile: the instructions ours uses, and no other."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

KNOWN = {"ARG", "FROM", "RUN", "COPY", "ENV", "WORKDIR", "USER", "EXPOSE", "HEALTHCHECK", "CMD"}


@dataclass
class Stage:
    """What one FROM begins: its steps in order, and what is set at its end."""

    name: str
    steps: list[tuple[str, str]] = field(default_factory=list)


def read_dockerfile(path: Path) -> list[Stage]:
    stages: list[Stage] = []
    for instruction, rest in _instructions(path.read_text()):
        if instruction not in KNOWN:
            raise ValueError(f"{instruction} is not taken here: {rest}")
        if instruction == "FROM":
            stages.append(Stage(name=rest.split(" AS ")[1] if " AS " in rest else ""))
        elif instruction != "ARG":  # the base's name: here it is made, not fetched
            stages[-1].steps.append((instruction, rest))
    return stages


def _instructions(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [
        (instruction, rest.strip())
        for instruction, _, rest in (line.partition(" ") for line in whole.splitlines() if line.strip())
    ]


def assignments(rest: str, known: dict[str, str]) -> dict[str, str]:
    """Of ENV: `A=b C="$A:d"`."""
    found = dict(word.partition("=")[::2] for word in shlex.split(rest))
    return {
        name: re.sub(r"\$\{?(\w+)\}?", lambda match: known[match[1]], value) for name, value in found.items()
    }


def copied(rest: str) -> tuple[str | None, list[str], str]:
    """Of COPY: the stage it takes from, what it takes, and to where."""
    words = rest.split()
    source_stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
    if any(word.startswith("--") for word in words):
        raise ValueError(f"COPY {rest} has an option that is not taken here")
    return source_stage, words[:-1], words[-1]


def command(rest: str) -> list[str]:
    """Of CMD and HEALTHCHECK … CMD: the words of their JSON list."""
    return json.loads(rest[rest.index("[") :])
