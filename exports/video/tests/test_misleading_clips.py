"""Clips whose container and stream disagree: every type exports what a player shows of them."""

import pytest

from exports.video.facts import UnplayableClip
from exports.video.isolated import probe_isolated
from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests import misleading
from exports.video.tests.clips import make_clip
from exports.video.tests.films import TYPES
from exports.video.tests.pixels import Picture, is_near
from exports.video.thumbnail import make_thumbnail

# Parameters that leave every picture as it is.
PLAIN = {
    "framing": {"aspect": "16:9"},
    "overlay": {"dim": 0},
    "annotate": {},
    "upscale": {},
}
# name: the film's length, and what Chromium shows of it where colours are flat.
PLACES = ((0.1, 0.1), (0.6, 0.1), (0.3, 0.8))
BARS = [(192, 33, 34), (32, 160, 37), (32, 31, 183)]
FILES = {
    "trimmed-still.mp4": (2000, []),
    "laststill.mp4": (4200, []),
    "709sd-colr-only.mp4": (1000, BARS),
    "mjpegfirst.mp4": (1000, BARS),
}


def export(clip, folder, export_type="annotate"):
    """The film that comes out, and its facts."""
    out = folder / "out.mp4"
    sold_duration_ms = probe(clip).duration_ms
    params = PLAIN[export_type]
    envelope = render(clip, out, export_type=export_type, params=params, sold_duration_ms=sold_duration_ms)
    assert envelope["ok"], envelope
    return out, probe(out)


@pytest.mark.parametrize("export_type", TYPES)
@pytest.mark.parametrize("name", FILES)
def test_it_lasts_and_looks_as_a_player_shows_it(name, export_type, tmp_path):
    length_ms, colors = FILES[name]
    clip = misleading.file(name)
    assert probe(clip).duration_ms == length_ms
    film, made = export(clip, tmp_path, export_type)
    assert made.duration_ms == pytest.approx(length_ms, abs=50)
    assert made.has_audio == probe(clip).has_audio
    picture = Picture(film, 0.1, made.width, made.height)
    for place, color in zip(PLACES, colors, strict=False):
        assert is_near(picture.at(*place), color, 6)


@pytest.mark.parametrize("export_type", TYPES)
def test_hlg_that_only_the_container_tells_is_tone_mapped(export_type, tmp_path):
    clip = misleading.file("hlg-colr-only.mp4")
    assert probe(clip).is_hdr
    make_thumbnail(clip, tmp_path / "thumb.jpg")
    assert export(clip, tmp_path, export_type)[1].duration_ms == pytest.approx(1000, abs=50)


@pytest.mark.parametrize("seconds", [0.45, 0.9, 7, 40])
@pytest.mark.parametrize("audio", [False, True])
@pytest.mark.parametrize("export_type", ["framing", "annotate"])
def test_the_last_picture_stands_until_the_end(seconds, audio, export_type, tmp_path):
    clip = misleading.standing(tmp_path / "still.mp4", seconds=seconds, audio=audio)
    length_ms = pytest.approx(seconds * 1000, abs=50)
    assert probe(clip).duration_ms == length_ms
    _, made = export(clip, tmp_path, export_type)
    assert (made.duration_ms, made.stream_ms, made.packet_ms) == (length_ms,) * 3
    assert (made.frame_count, made.last_picture_ms) == (5, 400)


def test_an_export_of_an_export_lasts_as_long(tmp_path):
    """With B-frames, which ours have."""
    first, _ = export(
        misleading.standing(tmp_path / "still.mp4", seconds=7, audio=False), tmp_path, "framing"
    )
    again = first.rename(tmp_path / "again.mp4")
    assert export(again, tmp_path, "upscale")[1].duration_ms == pytest.approx(7000, abs=50)


@pytest.mark.parametrize("layout", ["FR+FL", "LFE+FC", "FR+FL+BL+BR", "FR"])
def test_any_order_of_channels_is_sound(layout, tmp_path):
    clip = misleading.with_layout(tmp_path / "clip.mov", layout)
    assert probe_isolated(clip).has_audio
    make_thumbnail(clip, tmp_path / "thumb.jpg")
    _, made = export(clip, tmp_path)
    assert (made.has_audio, made.audio_codec, made.duration_ms) == (True, "aac", 1000)


def test_channels_of_no_known_layout_are_named_as_such(tmp_path):
    clip = misleading.with_channels_of_no_layout(tmp_path / "clip.mov")
    with pytest.raises(UnplayableClip, match="channel layout"):
        make_thumbnail(clip, tmp_path / "thumb.jpg")
    envelope = render(clip, tmp_path / "out.mp4", export_type="annotate", params={}, sold_duration_ms=1000)
    assert (envelope["error_code"], "channel layout" in envelope["error"]) == ("clip", True)


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_a_cover_before_the_film_is_not_the_film(kind, landscape, tmp_path):
    clip = misleading.with_cover(tmp_path / "clip.mp4", landscape, kind)
    facts = probe(clip)
    assert (facts.video_codec, facts.video_index, facts.frame_count) == ("h264", 1, 20)
    assert export(clip, tmp_path)[1].frame_count == 20


def test_one_picture_alone_is_a_film(tmp_path):
    clip = make_clip(tmp_path / "a.mov", seconds=0.03, codec=("mjpeg",), pixel_format="yuvj420p", audio=False)
    assert probe(clip).video_codec == "mjpeg"


COLORS = {
    "sd, 709": ({}, (1, 1, 1), {}),
    "hd, 601": ({"size": (1280, 720), "matrix": "170m"}, (6, 6, 6), {}),
    "sd, 709, full range": ({"full": True}, (1, 1, 1), {"full": True}),
    "sd, 601, full range": ({"matrix": "170m", "full": True}, (6, 6, 6), {"full": True}),
}


@pytest.mark.parametrize("name", COLORS)
def test_colours_that_only_the_container_tells_are_believed(name, tmp_path):
    options, code_points, range_of = COLORS[name]
    clip = misleading.told(misleading.red(tmp_path / "untold.mp4", **options), *code_points, **range_of)
    film, made = export(clip, tmp_path)
    assert is_near(Picture(film, 0.1, made.width, made.height).at(0.5, 0.5), misleading.RED, 6)


@pytest.mark.parametrize(("transfer", "code_point"), [("smpte2084", 16), ("arib-std-b67", 18)])
def test_hdr_that_only_the_container_tells_is_seen(transfer, code_point, tmp_path):
    untold = misleading.red(tmp_path / "untold.mp4", matrix="2020_ncl", transfer=transfer, hdr=True)
    clip = misleading.told(untold, 9, code_point, 9)
    assert probe(clip).is_hdr
    film, made = export(clip, tmp_path)
    assert is_near(Picture(film, 0.1, made.width, made.height).at(0.5, 0.5), misleading.RED, 15)
