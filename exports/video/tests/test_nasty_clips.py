"""Every export type on every clip that has ever broken an editor: right, or refused with a reason."""

import contextlib

import pytest

from exports.video.facts import UnplayableClip
from exports.video.isolated import probe_isolated
from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests.clips import lie_about_duration, make_clip, make_interlaced_clip
from exports.video.tests.films import TYPES, check_film, params_for
from exports.video.tests.nasty import CLIPS, nasty
from exports.video.tests.pixels import Picture, is_near

# Each clip with the cheapest type; those that break geometry and time with every type. All with all, sold over HTTP:
# exports/tests/test_nasty_jobs.py.
WITH_EVERY_TYPE = {"portrait", "odd", "uneven", "one frame", "resized"}
PAIRS = [
    (export_type, name)
    for name in CLIPS
    for export_type in TYPES
    if export_type == "annotate" or name in WITH_EVERY_TYPE
]


@pytest.mark.parametrize(("export_type", "name"), PAIRS)
def test_each_type_makes_the_right_film(export_type, name, clip_folder, tmp_path):
    clip, out = nasty(name, clip_folder), tmp_path / "out.mp4"
    params = params_for(export_type, name)
    sold_duration_ms = probe(clip).duration_ms
    made = render(clip, out, export_type=export_type, params=params, sold_duration_ms=sold_duration_ms)
    assert made["ok"], made
    check_film(export_type, name, clip, out)


def test_a_drawing_stays_when_the_clip_changes_its_size(clip_folder, tmp_path):
    clip, out = nasty("resized", clip_folder), tmp_path / "out.mp4"
    circle = {"kind": "circle", "x": 0.1, "radius": 0.05, "thickness": 0.05, "color": "#0f0"}
    assert render(clip, out, export_type="annotate", params={"items": [circle]}, sold_duration_ms=1000)["ok"]
    for seconds in (0.1, 0.9):
        assert is_near(Picture(out, seconds, 320, 180).at(0.1, 0.5), (0, 255, 0), 40)


def test_no_film_has_combs(clip_folder, tmp_path):
    clip, out = make_interlaced_clip(clip_folder / "combs.mp4"), tmp_path / "out.mp4"
    assert combs(Picture(clip, 0.4, 320, 192)) > 500
    assert render(clip, out, export_type="annotate", params={}, sold_duration_ms=1000)["ok"]
    assert combs(Picture(out, 0.4, 320, 192)) < 50


def combs(picture):
    """How many pixels differ from the row below and not from the one after."""
    found = 0
    for y in range(picture.height - 2):
        for x in range(picture.width):
            this, below, next_but_one = (picture.pixel(x, y + down)[0] for down in (0, 1, 2))
            found += abs(this - below) > 80 and abs(this - next_but_one) < 40
    return found


def test_hdr_becomes_an_ordinary_film(hdr, tmp_path):
    """HLG 0.75 is the white of a page; black stays black; the ramp keeps rising."""
    out = tmp_path / "out.mp4"
    assert render(hdr, out, export_type="annotate", params={}, sold_duration_ms=300)["ok"]
    facts = probe(out)
    assert (facts.is_hdr, facts.bit_depth, facts.color_transfer) == (False, 8, 1)
    picture = Picture(out, 0.1, 320, 180)
    ramp = [picture.pixel(x, 90)[0] for x in range(0, 320, 16)]
    assert ramp == sorted(ramp)
    assert ramp[0] < 8
    assert 190 < picture.pixel(240, 90)[0] < 235


def test_a_header_that_lies_sells_and_renders_the_truth(landscape, tmp_path):
    clip = lie_about_duration(landscape, tmp_path / "lie.mp4", 0.3)
    facts = probe(clip)
    assert facts.duration_ms > 1900
    made = render(
        clip, tmp_path / "out.mp4", export_type="framing", params={}, sold_duration_ms=facts.duration_ms
    )
    assert made["frames"] == 20


def test_too_large_to_upscale_is_refused_by_name(tmp_path):
    clip = make_clip(tmp_path / "wide.mp4", size=(3842, 32), seconds=0.1, audio=False)
    made = render(clip, tmp_path / "out.mp4", export_type="upscale", params={}, sold_duration_ms=100)
    assert made["error_code"] == "params"
    assert "params.factor" in made["error"]


@pytest.mark.slow
def test_every_byte_may_be_wrong(landscape, tmp_path):
    """Whatever the damage: facts or a reason, and never another exception, but where it asks for all memory."""
    whole = landscape.read_bytes()
    start = whole.find(b"moov") - 4
    for at in range(start, min(len(whole), start + 3000), 7):
        clip = tmp_path / "damaged.mp4"
        clip.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with contextlib.suppress(UnplayableClip):
            try:
                assert probe(clip, deadline_seconds=5).duration_ms > 0
            except MemoryError:
                probe_isolated(clip)
