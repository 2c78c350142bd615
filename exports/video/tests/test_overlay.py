"""Overlay: bright inside the circle, dimmed outside, and nothing else changed."""

import pytest

from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests.clips import make_clip
from exports.video.tests.pixels import Picture, is_near

ORANGE = (200, 120, 60)


@pytest.fixture(scope="module")
def plain(clip_folder):
    return make_clip(
        clip_folder / "orange.mp4", size=(640, 360), picture="color=c=0xC8783C", seconds=2, rate=10
    )


def spotlight(source, tmp_path, **params):
    out = tmp_path / "out.mp4"
    envelope = render(source, out, export_type="overlay", params=params, sold_duration_ms=2000)
    assert envelope["ok"], envelope
    facts = probe(out)
    return lambda seconds: Picture(out, seconds, facts.width, facts.height)


def times(light):
    return tuple(round(value * light) for value in ORANGE)


def test_inside_is_untouched_and_outside_dimmed(plain, tmp_path):
    at = spotlight(
        plain, tmp_path, dim=0.5, keyframes=[{"time_seconds": 0, "x": 0.25, "y": 0.5, "radius": 0.1}]
    )
    picture = at(1.0)
    for inside in ((160, 180), (160 + 54, 180), (160, 180 - 54)):  # radius 64 pixels
        assert is_near(picture.pixel(*inside), ORANGE)
    for outside in ((160 + 74, 180), (160, 180 + 74), (500, 40), (0, 0)):
        assert is_near(picture.pixel(*outside), times(0.5))


@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.5])
def test_the_circle_moves_and_grows_along_its_keyframes(seconds, plain, tmp_path):
    ends = [
        {"time_seconds": 0, "x": 0.2, "y": 0.3, "radius": 0.05},
        {"time_seconds": 2, "x": 0.8, "y": 0.7, "radius": 0.15},
    ]
    picture = spotlight(plain, tmp_path, dim=0.8, keyframes=ends)(seconds)
    part = seconds / 2
    x, y, radius = 640 * (0.2 + 0.6 * part), 360 * (0.3 + 0.4 * part), 640 * (0.05 + 0.1 * part)
    found_x, found_y, area = picture.centre_of(ORANGE, 80)
    assert (found_x, found_y) == pytest.approx((x, y), abs=3)
    assert area == pytest.approx(3.1416 * radius**2, rel=0.12)


def test_a_circle_may_leave_the_frame(plain, tmp_path):
    picture = spotlight(plain, tmp_path, keyframes=[{"time_seconds": 0, "x": 1, "y": 1, "radius": 0.2}])(1.0)
    assert is_near(picture.pixel(635, 355), ORANGE)
    assert is_near(picture.pixel(320, 180), times(0.4))


@pytest.mark.parametrize(("dim", "light"), [(0, 1.0), (1, 0.0)])
def test_dim_goes_from_nothing_to_black(dim, light, plain, tmp_path):
    assert is_near(spotlight(plain, tmp_path, dim=dim)(0.5).pixel(10, 10), times(light))


def test_five_hundred_keyframes_are_followed(plain, tmp_path):
    keyframes = [{"time_seconds": n / 260, "x": n / 500} for n in range(500)]
    x, _, _ = spotlight(plain, tmp_path, keyframes=keyframes)(1.0).centre_of(ORANGE, 70)
    assert x == pytest.approx(640 * 260 / 500, abs=4)
