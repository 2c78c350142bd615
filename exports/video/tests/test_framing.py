"""Framing: the right size, the right window, at the right time."""

import pytest

from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests.clips import make_clip
from exports.video.tests.pixels import Picture

RED = (255, 0, 0)


def frame_clip(source, tmp_path, **params):
    facts = probe(source)
    out = tmp_path / "out.mp4"
    envelope = render(source, out, export_type="framing", params=params, sold_duration_ms=facts.duration_ms)
    assert envelope["ok"], envelope
    return out, envelope


@pytest.fixture(scope="module")
def marked(clip_folder):
    """640×360 grey with a red square of 24 pixels around (0.75, 0.25), which is pixel (480, 90)."""
    box = "drawbox=x=468:y=78:w=24:h=24:c=red:t=fill"
    return make_clip(
        clip_folder / "marked.mp4", size=(640, 360), picture="color=c=gray", filters=box, seconds=2, rate=15
    )


def test_it_makes_a_portrait_film_with_its_sound(landscape, tmp_path):
    out, envelope = frame_clip(landscape, tmp_path)
    made = probe(out)
    assert (made.width, made.height, made.video_codec, made.audio_codec) == (1080, 1920, "h264", "aac")
    assert (made.pixel_format, made.color_matrix, made.is_full_range) == ("yuv420p", 1, False)
    assert (envelope["frames"], envelope["duration_ms"]) == (20, 2000)


@pytest.mark.parametrize(
    ("aspect", "size"), [("1:1", (1080, 1080)), ("4:5", (1080, 1350)), ("16:9", (1920, 1080))]
)
def test_it_makes_each_shape(aspect, size, portrait, tmp_path):
    _, envelope = frame_clip(portrait, tmp_path, aspect=aspect)
    assert (envelope["width"], envelope["height"]) == size


def test_the_marker_is_where_the_geometry_says(marked, tmp_path):
    """At zoom 2 the 1:1 window is 180 wide; centred on x 0.7 (448), y 0.3 (108) it starts at (358, 18)."""
    out, _ = frame_clip(
        marked, tmp_path, aspect="1:1", keyframes=[{"time_seconds": 0, "x": 0.7, "y": 0.3, "zoom": 2}]
    )
    x, y, count = Picture(out, 1.0, 1080, 1080).centre_of(RED)
    assert (x, y) == pytest.approx(((480 - 358) * 6, (90 - 18) * 6), abs=3)
    assert count == pytest.approx(144 * 144, rel=0.08)


@pytest.mark.parametrize("seconds", [0.0, 1.0, 1.6])
def test_it_follows_moving_and_zooming_keyframes(seconds, marked, tmp_path):
    """The window's centre goes from x 0.5 to 0.9 and its zoom from 1 to 3, both in a straight line."""
    ends = [
        {"time_seconds": 0, "x": 0.5, "y": 0.5, "zoom": 1},
        {"time_seconds": 2, "x": 0.9, "y": 0.2, "zoom": 3},
    ]
    out, _ = frame_clip(marked, tmp_path, aspect="1:1", keyframes=ends)
    part = seconds / 2
    side = 360 / (1 + 2 * part)
    left = min(640 * (0.5 + 0.4 * part) - side / 2, 640 - side)
    top = max(0, 360 * (0.5 - 0.3 * part) - side / 2)
    scale = 1080 / side
    x, y, _ = Picture(out, seconds, 1080, 1080).centre_of(RED)
    assert (x, y) == pytest.approx(((480 - left) * scale, (90 - top) * scale), abs=4)


def test_it_turns_a_phone_video_upright(clip_folder, tmp_path):
    """Coded with red at its left; turned clockwise, red is at the top."""
    turned = make_clip(
        *(clip_folder / "turned.mp4",),
        size=(320, 180),
        picture="color=c=blue",
        filters="drawbox=x=0:y=0:w=40:h=180:c=red:t=fill",
        rotation=90,
        audio=False,
        seconds=0.3,
    )
    out, _ = frame_clip(turned, tmp_path)
    picture = Picture(out, 0.1, 1080, 1920)
    assert picture.at(0.5, 0.05)[0] > 200
    assert picture.at(0.5, 0.5)[2] > 200


def test_five_hundred_keyframes_are_followed(marked, tmp_path):
    points = [{"time_seconds": n / 260, "x": 0.7 + 0.05 * (n % 2), "zoom": 1 + (n % 3)} for n in range(500)]
    _, envelope = frame_clip(marked, tmp_path, aspect="16:9", keyframes=points)
    assert envelope["frames"] == 30
