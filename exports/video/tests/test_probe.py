"""Probing: measured facts for honest and lying clips, a plain reason for everything else."""

import pytest

from exports.video.facts import TooSlow, UnplayableClip
from exports.video.probe import probe
from exports.video.tests.clips import claim_size, lie_about_duration, make_clip, run_ffmpeg


def reason(path, **options):
    with pytest.raises(UnplayableClip) as refused:
        probe(path, **options)
    return refused.value.reason


def test_it_measures_an_ordinary_clip(landscape):
    facts = probe(landscape)
    assert (facts.width, facts.height, facts.fps, facts.frame_count) == (320, 180, 10.0, 20)
    assert (facts.duration_ms, facts.container_ms, facts.stream_ms, facts.packet_ms) == (2000,) * 4
    assert (facts.video_codec, facts.audio_codec, facts.has_audio) == ("h264", "aac", True)


def test_it_sees_a_phone_video_upright(portrait):
    facts = probe(portrait)
    assert (facts.width, facts.height, facts.rotation_degrees) == (180, 320, 90)
    assert (facts.coded_width, facts.coded_height) == (320, 180)


def test_it_shows_stretched_pixels_as_square_ones(clip_folder):
    clip = make_clip(
        clip_folder / "dv.mp4", size=(360, 288), filters="setsar=16/15", audio=False, seconds=0.2
    )
    facts = probe(clip)
    assert (facts.width, facts.height, facts.has_square_pixels) == (384, 288, False)


@pytest.mark.parametrize("claimed_seconds", [0.2, 60, 40_000])
def test_packets_are_believed_when_the_header_lies(claimed_seconds, landscape, tmp_path):
    facts = probe(lie_about_duration(landscape, tmp_path / "lie.mp4", claimed_seconds))
    assert facts.packet_ms == pytest.approx(2000, abs=25)
    assert facts.duration_ms == facts.packet_ms


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"rate": "30000/1001"}, {"fps": 29.97}),
        ({"vfr": True}, {"frame_count": 15}),
        ({"audio": False}, {"has_audio": False, "audio_codec": ""}),
        ({"extra": ("-frames:v", "1"), "audio": False}, {"frame_count": 1, "duration_ms": 33}),
        ({"pixel_format": "yuv420p10le"}, {"bit_depth": 10, "is_hdr": False}),
        (
            {"picture": "testsrc", "size": (321, 181), "pixel_format": "yuv444p"},
            {"width": 321, "height": 181},
        ),
    ],
)
def test_it_measures_odd_clips(options, expected, tmp_path):
    facts = probe(make_clip(tmp_path / "odd.mp4", **options))
    assert {name: getattr(facts, name) for name in expected} == expected


def test_uneven_frames_do_not_stretch_a_clip(tmp_path):
    """With B-frames and gaps, the time shown plus the packet's duration lies far behind the end."""
    gaps = "select='not(between(t,0.3,0.8))'"
    codec = ("libx264", "-preset", "veryfast", "-bf", "3")
    clip = make_clip(tmp_path / "gaps.mp4", filters=gaps, codec=codec, audio=False)
    assert probe(clip).duration_ms == pytest.approx(1000, abs=40)


def test_a_timecode_track_is_no_sound(tmp_path):
    clip = make_clip(tmp_path / "timecode.mov", audio=False, extra=("-timecode", "01:00:00:00"))
    assert not probe(clip).has_audio


def test_it_recognises_hdr(hdr):
    facts = probe(hdr)
    assert (facts.is_hdr, facts.color_transfer, facts.bit_depth) == (True, 18, 10)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"this is only a text file, whatever it is called", "not an mp4 or mov"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "not an mp4 or mov"),
        (b"#EXTM3U\nhttp://localhost/secret.ts\n", "not an mp4 or mov"),
        (b"\x00\x00\x00\x14ftypheic\x00\x00\x00\x00heic", "still picture"),
        (b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom", "incomplete"),
        (b"\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom\x00\x00\x00\x08moov", "no video"),
        (b"\xff" * 4096, "not an mp4 or mov"),
    ],
)
def test_it_refuses_what_is_no_clip(content, words, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    assert words in reason(path)


@pytest.mark.parametrize("faststart", [False, True])
def test_it_refuses_a_clip_that_was_cut_short(faststart, landscape, tmp_path):
    whole = tmp_path / "whole.mp4"
    flags = ("-movflags", "+faststart") if faststart else ()
    run_ffmpeg("-i", str(landscape), "-c", "copy", *flags, str(whole))
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    assert "incomplete" in reason(cut)


def test_it_refuses_media_data_that_ends_before_the_index_says(landscape, tmp_path):
    """The mdat box claims to run to the end of the file, so only the packets tell."""
    whole = tmp_path / "whole.mp4"
    run_ffmpeg("-i", str(landscape), "-c", "copy", "-movflags", "+faststart", str(whole))
    data = bytearray(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    at = data.find(b"mdat") - 4
    data[at : at + 4] = b"\x00" * 4
    whole.write_bytes(data)
    assert "damaged" in reason(whole) or "incomplete" in reason(whole)


def test_it_refuses_a_header_of_twenty_thousand_pixels(landscape, tmp_path):
    assert "20000×20000" in reason(claim_size(landscape, tmp_path / "big.mp4", 20_000, 20_000))


def test_it_refuses_a_sound_file(tmp_path):
    run_ffmpeg("-f", "lavfi", "-i", "sine=d=0.5", "-c:a", "aac", str(tmp_path / "sound.mp4"))
    assert "no video" in reason(tmp_path / "sound.mp4")


def test_it_refuses_other_containers_and_codecs(tmp_path):
    assert "not an mp4 or mov" in reason(make_clip(tmp_path / "a.mkv", seconds=0.2))
    clip = make_clip(tmp_path / "a.mov", seconds=0.2, codec=("ffv1",))
    assert "ffv1 are not supported" in reason(clip)


def test_it_refuses_garbage_inside_a_good_container(landscape, tmp_path):
    data = bytearray(landscape.read_bytes())
    at = data.find(b"mdat") + 4
    data[at : at + 60_000] = b"\x5a" * 60_000
    path = tmp_path / "garbage.mp4"
    path.write_bytes(data)
    assert reason(path)


def test_it_refuses_absurd_durations(tmp_path):
    clip = make_clip(tmp_path / "slideshow.mp4", rate="1/9000", seconds=18_001, audio=False)
    assert "4 hours" in reason(clip)


def test_it_gives_up_at_its_deadline(landscape):
    with pytest.raises(TooSlow, match="longer than the 0 seconds"):
        probe(landscape, deadline_seconds=0.0)
