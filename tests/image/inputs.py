"""What the image is made of besides the code that every other test runs; CI builds it anew when that has changed."""

import hashlib
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Written by a run that passed, and committed with what it has seen.
RECORD = Path(__file__).with_name("passed")
INPUTS = (
    "Dockerfile",
    ".dockerignore",
    "requirements.txt",
    "requirements-build.txt",
    "image",
    "tests/image",
    "frontend/build.sh",
    "frontend/package-lock.json",
)


def hash_of_inputs() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        top = PROJECT / name
        files = [top] if top.is_file() else [path for path in sorted(top.rglob("*")) if path.is_file()]
        for path in files:
            if path != RECORD and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(not RECORD.exists() or RECORD.read_text().strip() != hash_of_inputs())
