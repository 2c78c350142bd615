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
