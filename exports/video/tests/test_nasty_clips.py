"""Every export type on every clip that has ever broken an editor: right, or refused with a reason."""

import contextlib

import pytest

from exports.video.facts import UnplayableClip
from exports.video.params import ASPECTS
from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests.clips import lie_about_duration, make_clip
from exports.video.tests.pixels import Picture

MARKED = "color=c=0x404040"
MARK = "drawbox=x=iw*0.6:y=ih*0.2:w=iw*0.2:h=ih*0.2:c=red:t=fill"  # its centre is at (0.7, 0.3)
PARAMS = {
    "framing": {"aspect": "16:9", "keyframes": [{"time_seconds": 0, "zoom": 1.5, "x": 0.7, "y": 0.3}]},
    "overlay": {"dim": 0.5, "keyframes": [{"time_seconds": 0, "x": 0.7, "y": 0.3, "radius": 0.2}]},
    "annotate": {"items": [{"kind": "text", "text": "x", "x": 0.1, "y": 0.9}]},
    "upscale": {"factor": 2},
}
CLIPS = {
    "portrait": {"rotation": 90},
    "upside down": {"rotation": 180},
    "one frame": {"extra": ("-frames:v", "1"), "audio": False},
    "silent": {"audio": False},
    "variable rate": {"vfr": True},
    "odd": {"size": (321, 181), "pixel_format": "yuv444p"},
    "ten bit": {"pixel_format": "yuv420p10le"},
    "full range": {"pixel_format": "yuvj420p"},
    "hevc": {"codec": ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")},
    "timecode": {"extra": ("-timecode", "01:00:00:00")},
    "stretched": {"size": (360, 288), "filters": f"{MARK},setsar=16/15"},
    "prores": {"codec": ("prores_ks",), "pixel_format": "yuva444p10le"},
    "fragmented": {"extra": ("-movflags", "+frag_keyframe+empty_moov")},
}


# Each clip with the cheapest type; the clips that break geometry and time with every type; the rest when slow.
ALWAYS = {"portrait", "odd", "variable rate", "one frame"}


def pairs():
    for name in CLIPS:
        for export_type in PARAMS:
            is_quick = export_type == "annotate" or name in ALWAYS
            yield pytest.param(export_type, name, marks=() if is_quick else pytest.mark.slow)


@pytest.fixture
def nasty(name, clip_folder):
    path = clip_folder / f"{name.replace(' ', '-')}.{'mov' if name in {'timecode', 'prores'} else 'mp4'}"
    if not path.exists():
        make_clip(path, **({"picture": MARKED, "filters": MARK, "seconds": 0.4} | CLIPS[name]))
    return path


def marker(facts):
    """Where the mark is for a viewer, as a fraction of the upright frame."""
    return {0: (0.7, 0.3), 90: (0.7, 0.7), 180: (0.3, 0.7)}[facts.rotation_degrees]


def check(export_type, facts, made):
    even = (facts.width - facts.width % 2, facts.height - facts.height % 2)
    size = {"framing": ASPECTS["16:9"], "upscale": (even[0] * 2, even[1] * 2)}.get(export_type, even)
    assert (made["width"], made["height"]) == size
    assert made["has_audio"] == facts.has_audio
    assert made["frames"] == facts.frame_count
    assert made["duration_ms"] == pytest.approx(facts.duration_ms, abs=70)


@pytest.mark.parametrize(("export_type", "name"), list(pairs()))
def test_each_type_makes_the_right_film(export_type, nasty, tmp_path):
    facts, out = probe(nasty), tmp_path / "out.mp4"
    made = render(
        nasty, out, export_type=export_type, params=PARAMS[export_type], sold_duration_ms=facts.duration_ms
    )
    assert made["ok"], made
    check(export_type, facts, made)
    if export_type != "framing":
        picture = Picture(out, 0.0, made["width"], made["height"])
        x, y = marker(facts)
        found_x, found_y, _ = picture.centre_of((255, 0, 0), 140)
        assert (found_x / made["width"], found_y / made["height"]) == pytest.approx((x, y), abs=0.02)


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
@pytest.mark.parametrize("export_type", PARAMS)
def test_4k_works(export_type, tmp_path):
    clip = make_clip(tmp_path / "4k.mp4", size=(3840, 2160), seconds=0.2)
    made = render(
        clip, tmp_path / "out.mp4", export_type=export_type, params=PARAMS[export_type], sold_duration_ms=200
    )
    assert made["ok"], made
    check(export_type, probe(clip), made)


@pytest.mark.slow
def test_every_byte_may_be_wrong(landscape, tmp_path):
    """Whatever the damage: facts or a reason, and never another exception."""
    whole = landscape.read_bytes()
    start = whole.find(b"moov") - 4
    for at in range(start, min(len(whole), start + 3000), 7):
        clip = tmp_path / "damaged.mp4"
        clip.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        with contextlib.suppress(UnplayableClip):
            assert probe(clip, deadline_seconds=5).duration_ms > 0
