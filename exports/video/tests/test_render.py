"""Rendering: the envelope tells the truth, and a file exists only when it says so."""

import pytest

from exports.video import process
from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests.clips import make_beeping_clip, make_clip, run_ffmpeg
from exports.video.tests.pixels import Picture, loudest_from, read_tags


def start(source, tmp_path, export_type="framing", params=None, **options):
    options = {"sold_duration_ms": 2000} | options
    return render(source, tmp_path / "out.mp4", export_type=export_type, params=params or {}, **options)


def is_clean(tmp_path):
    """Nothing half-done is left behind."""
    return list(tmp_path.iterdir()) == []


def test_success_says_what_was_made(landscape, tmp_path):
    fractions = []
    envelope = start(landscape, tmp_path, on_progress=fractions.append)
    assert envelope["ok"]
    assert envelope["bytes"] == (tmp_path / "out.mp4").stat().st_size
    assert (envelope["duration_ms"], envelope["frames"], envelope["has_audio"]) == (2000, 20, True)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert max(fractions[:-1]) < 1
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_it_stops_at_the_sold_duration(landscape, tmp_path):
    assert start(landscape, tmp_path, sold_duration_ms=700)["ok"]
    assert probe(tmp_path / "out.mp4").duration_ms == pytest.approx(700, abs=40)


def test_sound_and_picture_stay_together(clip_folder, tmp_path):
    clip = make_beeping_clip(clip_folder / "beep.mp4")
    assert start(clip, tmp_path, params={"aspect": "16:9"})["ok"]
    before, after = (Picture(tmp_path / "out.mp4", at, 1920, 1080).at(0.5, 0.5)[0] for at in (29 / 30, 1.0))
    assert before < 30 < 225 < after
    assert loudest_from(tmp_path / "out.mp4") == pytest.approx(1.0, abs=0.025)


def test_sound_that_starts_late_still_does(tmp_path, clip_folder):
    clip, picture = clip_folder / "late.mp4", clip_folder / "late-picture.mp4"
    make_clip(picture, audio=False, seconds=2)
    beep = ("-itsoffset", "1", "-f", "lavfi", "-i", "sine=1000:r=48000:d=1")
    run_ffmpeg("-i", str(picture), *beep, "-c:v", "copy", "-c:a", "aac", str(clip))
    assert start(clip, tmp_path)["ok"]
    assert loudest_from(tmp_path / "out.mp4") == pytest.approx(1.0, abs=0.03)


def test_nothing_of_the_phone_comes_along(tmp_path, clip_folder):
    place = (
        "-metadata",
        "location=+47.6062-122.3321/",
        "-metadata",
        "make=Phone",
        "-timecode",
        "01:00:00:00",
    )
    clip = make_clip(clip_folder / "place.mov", extra=(*place, "-movflags", "use_metadata_tags"))
    assert "+47.6062" in read_tags(clip)
    assert start(clip, tmp_path, sold_duration_ms=1000)["ok"]
    tags = read_tags(tmp_path / "out.mp4")
    assert not any(word in tags for word in ("47.6062", "Phone", "timecode", "tmcd"))


def test_the_index_comes_first(landscape, tmp_path):
    start(landscape, tmp_path)
    data = (tmp_path / "out.mp4").read_bytes()
    assert 0 < data.find(b"moov") < data.find(b"mdat")


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "clip"), (b"ffconcat version 1.0\nfile a.mp4\n", "clip"), (None, "internal")]
)
def test_a_bad_source_is_the_clips_fault_and_a_missing_one_ours(content, code, clip_folder, tmp_path):
    source = clip_folder / "bad.mp4"
    source.unlink(missing_ok=True)
    if content is not None:
        source.write_bytes(content)
    envelope = start(source, tmp_path)
    assert (envelope["ok"], envelope["error_code"]) == (False, code)
    assert envelope["error"]
    assert str(clip_folder) not in str(envelope)
    assert is_clean(tmp_path)


def test_bad_parameters_are_named(landscape, tmp_path):
    envelope = start(landscape, tmp_path, params={"aspect": "3:1"})
    assert envelope["error_code"] == "params"
    assert "params.aspect" in envelope["error"]
    assert is_clean(tmp_path)


def test_damage_in_the_middle_is_the_clips_fault(landscape, clip_folder, tmp_path):
    """The first frames are good, so that only ffmpeg finds out."""
    data = bytearray(landscape.read_bytes())
    at = data.find(b"mdat") + (len(data) // 2)
    data[at : at + 40_000] = b"\xa5" * 40_000
    clip = clip_folder / "damaged.mp4"
    clip.write_bytes(data)
    envelope = start(clip, tmp_path)
    assert (envelope["ok"], envelope["error_code"]) == (False, "clip")
    assert is_clean(tmp_path)


def test_cancelling_ends_ffmpeg_and_leaves_nothing(long_clip, tmp_path):
    asked = []
    envelope = start(
        *(long_clip, tmp_path, "upscale", {"factor": 4}),
        sold_duration_ms=4000,
        should_cancel=lambda: asked.append(1) or len(asked) > 2,
    )
    assert envelope["error_code"] == "cancelled"
    assert is_clean(tmp_path)


def test_the_deadline_ends_ffmpeg_and_leaves_nothing(long_clip, tmp_path):
    envelope = start(long_clip, tmp_path, "upscale", {"factor": 4}, sold_duration_ms=4000, deadline_seconds=1)
    assert envelope["error_code"] == "timeout"
    assert is_clean(tmp_path)


def test_a_killed_ffmpeg_is_not_the_visitors_fault(landscape, tmp_path):
    envelope = start(landscape, tmp_path, on_progress=lambda _: process.kill_children())
    assert envelope["error_code"] == "internal"
    assert is_clean(tmp_path)


def test_a_full_disk_is_not_the_visitors_fault(landscape, tmp_path, monkeypatch):
    shim = tmp_path.parent / "full-disk"
    shim.write_text("#!/bin/sh\necho 'Error writing trailer: No space left on device' >&2\nexit 228\n")
    shim.chmod(0o755)
    monkeypatch.setattr(process, "ffmpeg_path", lambda: str(shim))
    assert start(landscape, tmp_path)["error_code"] == "internal"
    assert is_clean(tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [{"size": (64, 64)}, {"audio": False}, {"seconds": 1}, {"codec": ("mpeg4",)}],
    ids=["size", "sound", "duration", "codec"],
)
def test_an_output_that_is_not_what_was_planned_is_no_success(wrong, landscape, tmp_path, monkeypatch):
    """ffmpeg says 0, but the file is another's."""
    other = make_clip(tmp_path.parent / "other.mp4", **({"size": (1080, 1920), "seconds": 2} | wrong))
    shim = tmp_path.parent / "liar"
    shim.write_text(f'#!/bin/sh\nfor last; do :; done\ncp {other} "${{last#file:}}"\n')
    shim.chmod(0o755)
    monkeypatch.setattr(process, "ffmpeg_path", lambda: str(shim))
    assert not start(landscape, tmp_path)["ok"]
    assert is_clean(tmp_path)


OUT_OF_MEMORY = """
[libx264 @ 0x1] malloc of size 33177600 failed
[h264 @ 0x2] get_buffer() failed
[dec:h264 @ 0x3] Error submitting packet to decoder: Invalid data found when processing input
"""


@pytest.mark.parametrize(
    ("stderr", "code"), [(OUT_OF_MEMORY, "internal"), (OUT_OF_MEMORY.splitlines()[-1], "clip")]
)
def test_a_clip_is_not_to_blame_for_our_lack_of_memory(stderr, code, landscape, tmp_path, monkeypatch):
    shim = tmp_path.parent / "out-of-memory"
    shim.write_text(f"#!/bin/sh\necho '{stderr}' >&2\nexit 1\n")
    shim.chmod(0o755)
    monkeypatch.setattr(process, "ffmpeg_path", lambda: str(shim))
    assert start(landscape, tmp_path)["error_code"] == code
    assert is_clean(tmp_path)
