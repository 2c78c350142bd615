"""Clips that several test files read; made once, when first asked for."""

import pytest

from exports.video.tests.clips import make_clip


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def landscape(clip_folder):
    """Two seconds of 320×180 with sound."""
    return make_clip(clip_folder / "landscape.mp4", seconds=2)


@pytest.fixture(scope="session")
def portrait(clip_folder):
    """A phone held upright: coded 320×180, shown 180×320."""
    return make_clip(clip_folder / "portrait.mov", rotation=90)
