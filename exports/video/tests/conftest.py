"""Clips that several test files read; made once, when first asked for."""

import pytest

from exports.video.tests.clips import make_clip


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def landscape(clip_folder):
    """Two seconds of 320×180 with sound, at 10 frames a second because most tests render all of it."""
    return make_clip(clip_folder / "landscape.mp4", seconds=2, rate=10)


@pytest.fixture(scope="session")
def long_clip(clip_folder):
    """Takes many seconds to upscale, so that there is time to interfere."""
    return make_clip(clip_folder / "long.mp4", size=(1280, 720), seconds=4, rate=30, audio=False)


@pytest.fixture(scope="session")
def portrait(clip_folder):
    """A phone held upright: coded 320×180, shown 180×320."""
    return make_clip(clip_folder / "portrait.mov", rotation=90, seconds=0.3)


@pytest.fixture(scope="session")
def hdr(clip_folder):
    """HLG, 10 bit, BT.2020: a ramp of grey from black at the left to the brightest at the right."""
    tags = "color_primaries=bt2020:color_trc=arib-std-b67"
    filters = (
        f"format=gray,geq=lum='X/W*255',format=gbrp10le,setparams={tags}:colorspace=gbr:range=pc,"
        f"zscale=m=2020_ncl:r=limited,format=yuv420p10le,setparams={tags}:colorspace=bt2020nc:range=tv"
    )
    return make_clip(
        *(clip_folder / "hdr.mp4",),
        picture="color=c=gray",
        filters=filters,
        codec=("libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1"),
        pixel_format="yuv420p10le",
        seconds=0.3,
        audio=False,
    )
