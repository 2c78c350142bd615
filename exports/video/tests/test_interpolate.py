"""Curves and windows: straight where they should be, smooth at corners, never outside."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.video.interpolate import HALF_CORNER_SECONDS, Curve
from exports.video.pieces import SHORTEST_SECONDS, cuts, origin
from exports.video.window import Window

settings.register_profile("video", deadline=None, max_examples=60)
settings.load_profile("video")
fractions = st.floats(0, 1)
times = st.lists(st.integers(0, 20_000), min_size=1, max_size=12, unique=True).map(
    lambda found: [time / 1000 for time in sorted(found)]
)


@st.composite
def points(draw):
    return [(time, draw(fractions)) for time in draw(times)]


@st.composite
def windows(draw):
    sides = draw(st.tuples(*[st.integers(8, 4000).map(lambda half: 2 * half)] * 2))
    out = draw(st.sampled_from([(1080, 1920), (1080, 1080), (1080, 1350), (1920, 1080)]))
    keyframes = [
        {"time_seconds": time, "x": draw(fractions), "y": draw(fractions), "zoom": draw(st.floats(1, 10))}
        for time in draw(times)
    ]
    return Window(sides, out, keyframes)


def evaluate(expression, **variables):
    """An ffmpeg expression, by Python."""
    functions = {"iff": lambda test, yes, no: yes if test else no, "lt": lambda a, b: a < b}
    return eval(expression.replace("if(", "iff("), functions | variables)  # noqa: S307


def test_it_is_straight_between_two_keyframes():
    curve = Curve.through([(0, 0.2), (4, 0.8)])
    assert [curve.at(t) for t in (0, 1, 2, 3)] == pytest.approx([0.2, 0.35, 0.5, 0.65])
    assert [curve.at(t) for t in (5, 100)] == pytest.approx([0.8, 0.8])


def test_it_holds_before_the_first_and_after_the_last():
    curve = Curve.through([(2, 0.3), (3, 0.9)])
    assert curve.at(0) == curve.at(1.5) == pytest.approx(0.3)
    assert curve.at(4) == pytest.approx(0.9)


def test_corners_are_rounded_only_near_them():
    curve = Curve.through([(0, 0), (2, 1), (4, 0)])
    assert curve.at(2) == pytest.approx(1 - HALF_CORNER_SECONDS / 4)
    assert curve.at(2 - HALF_CORNER_SECONDS) == pytest.approx(1 - HALF_CORNER_SECONDS / 2)
    assert curve.at(1) == pytest.approx(0.5)


@given(points())
def test_it_never_jumps_nor_leaves_its_range(keyframes):
    curve = Curve.through(keyframes)
    low, high = min(v for _, v in keyframes), max(v for _, v in keyframes)
    samples = [curve.at(n / 20) for n in range(-2, 420)]
    assert all(low - 1e-6 <= value <= high + 1e-6 for value in samples)
    for before, after in itertools.pairwise(curve.pieces):
        assert before.at(after.start) == pytest.approx(after.value, abs=1e-6)


@given(points(), st.floats(0, 25))
def test_ffmpeg_reads_the_same_curve(keyframes, seconds):
    curve = Curve.through(keyframes)
    assert evaluate(curve.expression("t"), t=seconds) == pytest.approx(curve.at(seconds), abs=1e-4)


def test_five_hundred_keyframes_nest_less_than_ffmpeg_allows():
    expression = Curve.through([(n, n % 2) for n in range(500)]).expression("t")
    depth = max(itertools.accumulate((char == "(") - (char == ")") for char in expression))
    assert depth < 50


@given(windows(), st.floats(0, 21))
def test_the_window_never_leaves_the_frame(window, seconds):
    left, top, width, height = window.at(seconds)
    assert left >= 0
    assert top >= 0
    assert left + width <= window.sides[0] + 1e-6
    assert top + height <= window.sides[1] + 1e-6
    assert width / height == pytest.approx(window.full[0] / window.full[1])


@given(windows(), st.floats(0, 21))
def test_a_piece_holds_the_window_and_lies_in_the_frame(window, seconds):
    cut = max((cut for cut in cuts(window) if cut.start <= seconds), key=lambda cut: cut.start)
    for axis in (0, 1):
        start, size = window.at(seconds)[axis], window.at(seconds)[axis + 2]
        low, length = cut.rectangle[axis], cut.rectangle[axis + 2]
        assert 0 <= low <= start + 1e-3
        assert start + size <= low + length + 1e-3
        assert low + length <= window.sides[axis]
        assert low % 2 == length % 2 == 0
        assert origin(cuts(window), axis).at(seconds) == low


@given(windows())
def test_pieces_are_few_and_in_order(window):
    found = cuts(window)
    assert found[0].start == 0
    assert all(a.start < b.start for a, b in itertools.pairwise(found))
    assert len(found) <= 2 / SHORTEST_SECONDS * math.ceil(window.zoom.pieces[-1].start) + len(
        window.zoom.pieces
    )
