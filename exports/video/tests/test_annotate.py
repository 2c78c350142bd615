"""Annotate: each item where and when it was asked for, and nowhere else."""

import pytest

from exports.video.draw import sketch
from exports.video.drawn_text import can_draw, fit, text_sketch
from exports.video.params import validate_params
from exports.video.render import render
from exports.video.scenes import scenes
from exports.video.tests.clips import make_clip
from exports.video.tests.pixels import Picture, is_near

GREY, RED, GREEN = (128, 128, 128), (255, 0, 0), (0, 255, 0)
TEXT = {"x": 0.5, "y": 0.5, "size": 0.2, "color": "#ffffff"}
CLIP = {"duration_ms": 2000, "width": 640, "height": 360}


@pytest.fixture(scope="module")
def grey(clip_folder):
    return make_clip(
        clip_folder / "grey.mp4", size=(640, 360), picture="color=c=0x808080", seconds=2, rate=10
    )


def annotate(source, tmp_path, *items):
    out = tmp_path / "out.mp4"
    envelope = render(
        source, out, export_type="annotate", params={"items": list(items)}, sold_duration_ms=2000
    )
    assert envelope["ok"], envelope
    return lambda seconds: Picture(out, seconds, 640, 360)


def test_each_shape_is_where_it_was_asked_for(grey, tmp_path):
    picture = annotate(
        *(grey, tmp_path),
        {"kind": "circle", "x": 0.25, "y": 0.5, "radius": 0.1, "thickness": 0.01, "color": "#f00"},
        {
            "kind": "rectangle",
            "x": 0.5,
            "y": 0.1,
            "width": 0.4,
            "height": 0.2,
            "thickness": 0.01,
            "color": "#f00",
        },
        {"kind": "arrow", "x": 0.5, "y": 0.9, "to_x": 0.9, "to_y": 0.9, "thickness": 0.01, "color": "#f00"},
    )(0.5)
    on_circle = [(160 + 61, 180), (160 - 61, 180), (160, 180 - 61), (160, 180 + 61)]
    on_rectangle = [(323, 60), (573, 60), (450, 39), (450, 105)]
    on_arrow = [(330, 324), (450, 324), (565, 324)]
    for point in on_circle + on_rectangle + on_arrow:
        assert is_near(picture.pixel(*point), RED, 70), point
    for point in [(160, 180), (450, 70), (450, 300), (300, 324), (580, 324), (630, 350)]:
        assert is_near(picture.pixel(*point), GREY), point


@pytest.mark.parametrize(("seconds", "is_shown"), [(0.4, False), (0.5, True), (1.4, True), (1.5, False)])
def test_it_is_shown_for_its_while(seconds, is_shown, grey, tmp_path):
    item = {"kind": "circle", "radius": 0.1, "thickness": 0.02, "color": "#0f0"}
    at = annotate(grey, tmp_path, item | {"start_seconds": 0.5, "end_seconds": 1.5})
    assert is_near(at(seconds).pixel(320 + 58, 180), GREEN if is_shown else GREY, 40)


def test_a_text_is_centred_on_its_place(grey, tmp_path):
    item = {"kind": "text", "text": "GOAL", "x": 0.5, "y": 0.25, "size": 0.2, "color": "#f00"}
    x, y, count = annotate(grey, tmp_path, item)(1.0).centre_of(RED, 70)
    assert (x, y) == pytest.approx((320, 90), abs=12)
    assert count > 800


def test_nothing_asked_for_changes_nothing(grey, tmp_path):
    assert is_near(annotate(grey, tmp_path)(1.0).pixel(320, 180), GREY)


def test_two_hundred_items_are_one_overlay(grey, tmp_path):
    items = [
        {"kind": "circle", "x": n / 200, "start_seconds": n / 101, "end_seconds": n / 101 + 0.02}
        for n in range(199)
    ]
    picture = annotate(grey, tmp_path, *items, {"kind": "circle", "thickness": 0.02, "color": "#0f0"})(1.9)
    assert is_near(picture.pixel(320 + 58, 180), GREEN, 40)


def test_scenes_tell_what_is_visible_when():
    items = [{"start_seconds": 1, "end_seconds": 3}, {"start_seconds": 2, "end_seconds": 4}]
    assert scenes(items) == [(0, ()), (1, (0,)), (2, (0, 1)), (3, (1,)), (4, ())]


@pytest.mark.parametrize("size", [(16, 16), (64, 8192), (8192, 64), (641, 359)])
@pytest.mark.parametrize(("x", "y"), [(0, 0), (1, 1), (0.5, 0.5)])
def test_what_is_drawn_stays_in_the_frame(size, x, y):
    items = [
        {"kind": "text", "text": "W" * 200, "size": 0.5},
        {"kind": "text", "text": "word " * 40, "size": 0.02},
        {"kind": "circle", "radius": 1},
        {"kind": "arrow", "to_x": 0.3, "to_y": 0.7, "thickness": 0.05},
    ]
    params = validate_params("annotate", {"items": [item | {"x": x, "y": y} for item in items]}, **CLIP)
    for left, top, right, bottom in (sketch(item, *size).box for item in params["items"]):
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]


def test_a_drawing_fills_its_box():
    params = validate_params(
        "annotate", {"items": [{"kind": "text", "text": "Hi"}, {"kind": "circle"}]}, **CLIP
    )
    for one in (sketch(item, 640, 360) for item in params["items"]):
        left, top, right, bottom = one.box
        assert one.draw().size == (right - left, bottom - top)


@pytest.mark.parametrize("size", [0.02, 0.1, 0.5])
def test_a_long_text_is_shown_whole(size):
    words = " ".join(f"word{n}" for n in range(30))
    size_pixels, lines = fit(words, size * 360, 640, 360)
    assert " ".join(lines) == words
    assert size_pixels * len(lines) <= 360


def test_it_knows_what_the_font_can_draw():
    assert all(
        can_draw(character) for character in "Goal! 4:3 (AET) #10 @you 100% – “é” Łßő Ελλάδα Москва €½²"
    )
    assert not any(can_draw(character) for character in "日😀\u0301\ud800\u200d")


def test_each_letter_looks_like_itself():
    """None is the empty box, none another's twin: small letters told apart from large, accents from none."""
    letters = [text_sketch(TEXT | {"text": letter}, 640, 360).draw() for letter in "eéèêëЕЁΈẽ"]
    assert len({letter.tobytes() for letter in letters}) == len(letters)
