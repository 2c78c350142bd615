"""The pinned versions: one set for every Python we promise."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_each_package_has_one_version_on_every_python(name: str) -> None:
    """av 19 came with Python 3.12 and broke every upload there, while all tests ran on 3.11 with av 18."""
    pins = re.findall(r"^([\w.-]+)==\S+(.*)", (ROOT / name).read_text(), re.MULTILINE)
    packages = [package for package, _ in pins]
    assert sorted(set(packages)) == packages
    assert [package for package, marker in pins if re.search(r"\bpython_", marker)] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-build.txt"])
def test_what_goes_into_the_image_has_hashes(name: str) -> None:
    """`make lock` writes them; a line added by hand would stop the image's build, and nothing before it."""
    pins = re.findall(r"^([\w.-]+)==.*\n(.*)", (ROOT / name).read_text(), re.MULTILINE)
    assert pins
    assert [package for package, after in pins if "--hash=sha256:" not in after] == []
