"""A clip this browser has no picture of: said at once, before anything is placed blind."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from exports.video.process import ffmpeg_path
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def hevc_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As an iPhone films: HEVC with AAC sound."""
    path = tmp_path_factory.mktemp("clips") / "iPhone.mov"
    command = [ffmpeg_path(), "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=24:d=2"]
    command += ["-f", "lavfi", "-i", "sine=440:d=2", "-c:v", "libx265", "-x265-params", "log-level=none"]
    command += ["-tag:v", "hvc1", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest", str(path)]
    subprocess.run(command, check=True)
    return path


def test_a_clip_without_a_picture_is_named_at_once(visit: Visit, hevc_clip: Path) -> None:
    visit.upload(hevc_clip)
    if visit.page.evaluate(
        "document.createElement('video').canPlayType('video/mp4; codecs=hvc1.1.6.L93.B0')"
    ):
        pytest.skip("this browser shows HEVC")
    expect(visit.page.get_by_role("alert")).to_contain_text("cannot show this clip's picture")
