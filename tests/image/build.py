"""Takes the Dockerfile's own steps, one by one, in roots made by debootstrap."""

import fnmatch
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.image.dockerfile import Stage, assignments, command, copied, read_dockerfile
from tests.image.root import Root, make_base

PROJECT = Path(__file__).resolve().parents[2]


@dataclass
class Image:
    """What a container would be started from."""

    root: Root
    environment: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    )
    workdir: str = "/"
    user: str = "0:0"
    commands: dict[str, list[str]] = field(default_factory=dict)


def build(folder: Path) -> Image:
    """The image of the last stage, below `folder`."""
    archive = folder / "trixie.tar"
    make_base(archive)
    built: dict[str, Image] = {}
    image = None
    for stage in read_dockerfile(PROJECT / "Dockerfile"):
        image = Image(Root(folder / (stage.name or "image"), archive))
        _take(stage, image, built)
        built[stage.name] = image
    assert image is not None
    return image


def _take(stage: Stage, image: Image, built: dict[str, Image]) -> None:
    for instruction, rest in stage.steps:
        sys.stdout.write(f"{stage.name or 'image'}: {instruction} {rest}\n")
        sys.stdout.flush()
        if instruction == "RUN":
            assert image.user == "0:0", "what is run as another user is not taken here"
            image.root.run(rest, image.workdir, image.environment)
        elif instruction == "COPY":
            _copy(rest, image, built)
        elif instruction == "ENV":
            image.environment |= assignments(rest, image.environment)
        elif instruction == "WORKDIR":
            image.workdir = rest
            image.root.path(rest).mkdir(parents=True, exist_ok=True)
        elif instruction == "USER":
            image.user = rest
        elif instruction in {"CMD", "HEALTHCHECK"}:
            image.commands[instruction] = command(rest)


def _copy(rest: str, image: Image, built: dict[str, Image]) -> None:
    stage, sources, target = copied(rest)
    for source in sources:
        origin = built[stage].root.path(source) if stage else PROJECT / source
        destination = image.root.path(target, image.workdir)
        if origin.is_dir():
            ignored = None if stage else _ignored
            shutil.copytree(origin, destination, symlinks=True, dirs_exist_ok=True, ignore=ignored)
        else:
            into = destination / origin.name if target.endswith("/") else destination
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, into)


def _ignored(folder: str, names: list[str]) -> set[str]:
    """By .dockerignore: paths from the top, and with **/ names anywhere."""
    above = Path(folder).relative_to(PROJECT)
    patterns = (PROJECT / ".dockerignore").read_text().split()
    return {
        name
        for name in names
        for pattern in patterns
        if fnmatch.fnmatch(str(above / name), pattern)
        or (pattern.startswith("**/") and fnmatch.fnmatch(name, pattern[3:]))
    }
