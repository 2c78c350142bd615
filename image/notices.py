"""Prints whose work is in the image, and under which licence. Run there, by the Python that holds it all.

python image/notices.py FRONTEND_FOLDER
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import av._core
import imageio_ffmpeg

LICENCE_NAMES = ("LICEN", "COPYING", "NOTICE")
FFMPEG = """\
ffmpeg

The program in the Python package imageio-ffmpeg, under the GNU General Public License, version 3 or later: its text is
in this image, /usr/share/common-licenses/GPL-3. It runs as a process of its own and is not changed by us. Its source:
https://ffmpeg.org/download.html#get-sources, its build: https://github.com/imageio/imageio-ffmpeg. Whoever passes this
image on passes on that offer too.
"""
DEBIAN = """\
Debian

Of each package of the base system: /usr/share/doc/*/copyright in this image.
"""
FONT = """\
Liberation Sans Bold

exports/video/fonts/LICENSE
"""


def main() -> int:
    frontend = Path(sys.argv[1])
    parts = [
        "What others made and this image holds, with their licences.\n",
        FFMPEG + "\n" + _ffmpeg_version(),
        "FFmpeg's libraries in the Python package av\n\n" + _library_licences(),
        DEBIAN,
        FONT,
        *_python_packages(),
        *_javascript_packages(frontend),
    ]
    sys.stdout.write(f"\n{'=' * 78}\n\n".join(parts))
    return 0


def _ffmpeg_version() -> str:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-version"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _library_licences() -> str:
    return "".join(f"{name}: {about['license']}\n" for name, about in sorted(av._core.library_meta.items()))


def _python_packages() -> Iterator[str]:
    for package in sorted(metadata.distributions(), key=lambda each: each.name.lower()):
        about = package.metadata
        named = about.get("License-Expression") or (about.get("License") or "").partition("\n")[0]
        trove = [text.rpartition(" :: ")[2] for text in about.get_all("Classifier", []) if "License" in text]
        texts = [
            Path(str(package.locate_file(file)))
            for file in package.files or []
            if file.name.upper().startswith(LICENCE_NAMES)
        ]
        yield _notice(f"{package.name} {package.version}", named or ", ".join(trove), texts)


def _javascript_packages(frontend: Path) -> Iterator[str]:
    """What is bundled: everything that is not for development only."""
    locked = json.loads((frontend / "package-lock.json").read_text())["packages"]
    for place, about in sorted(locked.items()):
        if place and not about.get("dev"):
            texts = [
                file for file in (frontend / place).iterdir() if file.name.upper().startswith(LICENCE_NAMES)
            ]
            name = place.rpartition("node_modules/")[2]
            yield _notice(f"{name} {about['version']} (JavaScript)", about.get("license", ""), texts)


def _notice(title: str, licence: str, texts: list[Path]) -> str:
    bodies = [text.read_text(errors="replace").strip() + "\n" for text in sorted(texts) if text.is_file()]
    return "\n".join([title, f"Licence: {licence or 'see below'}\n", *bodies])


if __name__ == "__main__":
    sys.exit(main())
