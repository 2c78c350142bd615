"""What must not be in the image, and what must be."""

from collections.abc import Iterator
from pathlib import Path

from tests.image.build import Image

COMPILERS = ("gcc", "cc", "c++", "make", "ld", "node", "npm", "pip", "pip3", "uv")


def faults_of(image: Image) -> list[str]:
    return [*_unwanted(image), *_missing(image)]


def _unwanted(image: Image) -> Iterator[str]:
    root = image.root
    folders = image.environment["PATH"].split(":")
    for name in COMPILERS:
        for folder in folders:
            if root.path(f"{folder}/{name}").exists():
                yield f"{folder}/{name} has no business in the image"
    installed = root.path("/var/lib/dpkg/status").read_text().splitlines()
    for package in [line.removeprefix("Package: ") for line in installed if line.startswith("Package: ")]:
        if package.endswith("-dev"):
            yield f"{package} has no business in the image"
    app = root.path(image.workdir)
    yield from (f"{found} is in the image" for found in app.rglob("tests") if found.is_dir())
    yield from (f"{found} is in the image" for found in app.glob("frontend/*") if found.name != "dist")
    yield from (f"{found} can be written" for found in app.rglob("*") if _is_anothers(found))


def _is_anothers(path: Path) -> bool:
    about = path.lstat()
    return not path.is_symlink() and (about.st_uid != 0 or bool(about.st_mode & 0o022))


def _missing(image: Image) -> Iterator[str]:
    if image.user != "10001:10001":
        yield f"the image runs as {image.user}, not as a number of its own"
    app = image.root.path(image.workdir)
    if ":10001:" not in image.root.path("/etc/passwd").read_text():
        yield "its user has no passwd entry"
    if list(app.glob("frontend/dist/assets/*.js")) and not list(app.glob("frontend/dist/assets/*.js.gz")):
        yield "the front end is not compressed"
    notices = (app / "THIRD_PARTY_NOTICES.txt").read_text()
    for name in ("ffmpeg version", "Django", "react-dom", "av 18"):
        if name not in notices:
            yield f"{name} is not in the third-party notices"
    if not (app / "LICENSE").exists():
        yield "there is no LICENSE"
    if not image.root.path("/opt/venv/lib/python3.13").exists():
        yield "the image's Python is not the one that .ci/pythons tries: 3.13"
