"""Whether an export of a nasty clip is the right film: its size, length, frames, place of things, and sync."""

from pathlib import Path
from typing import Any

import pytest

from exports.video.params import ASPECTS
from exports.video.probe import probe
from exports.video.tests.nasty import mark_of
from exports.video.tests.pixels import Picture, brightest_from, frame_times, is_near, loudest_from

RED = (255, 0, 0)
TYPES = ("framing", "overlay", "annotate", "upscale")


def params_for(export_type: str, name: str) -> dict[str, Any]:
    """Parameters that keep the mark of the clip of that name in sight."""
    x, y = mark_of(name)
    return {
        "framing": {"aspect": "16:9", "keyframes": [{"time_seconds": 0, "zoom": 1.5, "x": x, "y": y}]},
        "overlay": {"dim": 0.5, "keyframes": [{"time_seconds": 0, "x": x, "y": y, "radius": 0.2}]},
        "annotate": {"items": [{"kind": "text", "text": "x", "x": 0.1, "y": 0.9}]},
        "upscale": {"factor": 2},
    }[export_type]


def check_film(export_type: str, name: str, clip: Path, film: Path) -> None:
    facts, made = probe(clip), probe(film)
    even = (facts.width - facts.width % 2, facts.height - facts.height % 2)
    size = {"framing": ASPECTS["16:9"], "upscale": (even[0] * 2, even[1] * 2)}.get(export_type, even)
    assert (made.width, made.height, made.has_audio) == (*size, facts.has_audio)
    assert frame_times(film) == pytest.approx(frame_times(clip, facts.video_index), abs=0.001)
    assert made.duration_ms == pytest.approx(facts.duration_ms, abs=50)
    check_mark(export_type, name, film, size)
    if facts.has_audio:
        lag = brightest_from(clip, facts.video_index) - loudest_from(clip)
        assert brightest_from(film) - loudest_from(film) == pytest.approx(lag, abs=0.005)


def check_mark(export_type: str, name: str, film: Path, size: tuple[int, int]) -> None:
    picture = Picture(film, 0.0, *size)
    if export_type == "framing":
        assert is_near(picture.at(0.5, 0.5), RED, 60)
    else:
        x, y, _ = picture.centre_of(RED, 140)
        assert (x / size[0], y / size[1]) == pytest.approx(mark_of(name), abs=0.02)
