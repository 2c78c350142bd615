"""A trim: the film begins at its start and ends at its end, everything else keeps the clip's time."""

import pytest

from exports.video.params import InvalidParams, trimmed_ms, validate_params
from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests import misleading
from exports.video.tests.clips import make_beeping_clip, make_clip, run_ffmpeg
from exports.video.tests.films import TYPES
from exports.video.tests.pixels import Picture, brightest_from, frame_times, loudest_from

PLAIN = {"framing": {"aspect": "16:9"}, "overlay": {"dim": 0}, "annotate": {}, "upscale": {}}


@pytest.fixture(scope="module")
def counted(clip_folder):
    """Three seconds of ten pictures each, one a little lighter than the other, and only one key frame."""
    codec = ("libx264", "-preset", "veryfast", "-g", "250", "-crf", "4")
    lighter = "geq=lum='40+6*N':cb=128:cr=128"
    return make_clip(clip_folder / "counted.mp4", rate=10, seconds=3, filters=lighter, codec=codec)


def number_at(film, seconds, facts):
    """Which of the clip's pictures the film shows."""
    lightness = Picture(film, seconds, facts.width, facts.height).at(0.5, 0.5)[0]
    return round(((lightness * 219 / 255 + 16) - 40) / 6)


def export(clip, folder, export_type, start, end, **params):
    folder.mkdir(exist_ok=True)
    out = folder / "out.mp4"
    wanted = {**PLAIN[export_type], **params, "trim": {"start_seconds": start, "end_seconds": end}}
    length_ms = round((end - start) * 1000)
    envelope = render(clip, out, export_type=export_type, params=wanted, sold_duration_ms=length_ms)
    assert envelope["ok"], envelope
    made = probe(out)
    assert made.duration_ms == pytest.approx(length_ms, abs=30)
    return out, made


@pytest.mark.parametrize("export_type", TYPES)
def test_the_film_begins_at_the_start(counted, tmp_path, export_type):
    film, made = export(counted, tmp_path, export_type, 1.0, 2.5)
    assert frame_times(film) == pytest.approx([n / 10 for n in range(15)], abs=0.001)
    assert (number_at(film, 0, made), number_at(film, 1.4, made)) == (10, 24)
    assert made.has_audio


@pytest.mark.parametrize("export_type", TYPES)
def test_a_start_between_two_pictures_shows_the_one_that_stands_there(counted, tmp_path, export_type):
    film, made = export(counted, tmp_path, export_type, 1.05, 2.0)
    assert frame_times(film) == pytest.approx([0, *(0.05 + n / 10 for n in range(9))], abs=0.001)
    assert (number_at(film, 0, made), number_at(film, 0.05, made)) == (10, 11)


@pytest.mark.parametrize("audio", [False, True])
@pytest.mark.parametrize("export_type", ["framing", "annotate"])
def test_a_part_of_a_standing_picture_is_that_picture(tmp_path, export_type, audio):
    clip = misleading.standing(tmp_path / "still.mp4", seconds=7, audio=audio)
    _, made = export(clip, tmp_path, export_type, 3, 5)
    assert (made.frame_count, made.has_audio) == (1, audio)


def test_a_part_from_the_start_ends_in_time(counted, tmp_path):
    film, made = export(counted, tmp_path, "annotate", 0, 0.75)
    assert (made.frame_count, number_at(film, 0.7, made)) == (8, 7)


@pytest.mark.parametrize("offset_seconds", [0, 5])
def test_sound_and_picture_stay_together(tmp_path, offset_seconds):
    """Also in a clip whose clock does not begin at nought."""
    beep, clip = make_beeping_clip(tmp_path / "beep.mp4", at_seconds=1.0), tmp_path / "clip.mp4"
    run_ffmpeg("-i", str(beep), "-c", "copy", "-output_ts_offset", str(offset_seconds), str(clip))
    whole, _ = export(clip, tmp_path, "overlay", 0, probe(clip).duration_ms / 1000)
    shown_at = brightest_from(whole) - 0.63
    whole.unlink()
    film, _ = export(clip, tmp_path / "part", "overlay", 0.63, 1.6)
    assert brightest_from(film) == pytest.approx(shown_at, abs=0.001)
    assert loudest_from(film) == pytest.approx(shown_at, abs=0.005)


def test_drawings_keep_the_clips_time(counted, tmp_path):
    box = {"kind": "rectangle", "x": 0.3, "y": 0.3, "width": 0.4, "height": 0.4, "thickness": 0.05}
    item = {**box, "start_seconds": 1.5, "end_seconds": 2.0, "color": "#ff0000"}
    film, made = export(counted, tmp_path, "annotate", 1.0, 2.5, items=[item])
    reds = [
        Picture(film, at, made.width, made.height).centre_of((255, 0, 0), 100)[2] > 0
        for at in (0.4, 0.5, 0.9, 1.0)
    ]
    assert reds == [False, True, True, False]


def test_a_spotlight_keeps_the_clips_time(counted, tmp_path):
    frames = [{"time_seconds": 0, "x": 0.2, "y": 0.5}, {"time_seconds": 2.5, "x": 0.8, "y": 0.5}]
    film, made = export(counted, tmp_path, "overlay", 2.5, 3.0, keyframes=frames, dim=1)
    picture = Picture(film, 0.2, made.width, made.height)
    assert (picture.at(0.2, 0.5)[0] < 5, picture.at(0.8, 0.5)[0] > 100) == (True, True)


def test_a_window_keeps_the_clips_time(tmp_path):
    """It has arrived at the white half when the film begins; its pieces were cut for the whole way."""
    half = "geq=lum='if(gt(X,W/2),235,16)':cb=128:cr=128"
    clip = make_clip(tmp_path / "half.mp4", seconds=3, rate=10, filters=half)
    frames = [{"time_seconds": at, "x": x, "zoom": 3} for at, x in ((0, 0.1), (1, 0.1), (1.9, 0.9))]
    film, _ = export(clip, tmp_path, "framing", 2.2, 3.0, aspect="1:1", keyframes=frames)
    picture = Picture(film, 0.0, 1080, 1080)
    assert min(picture.at(x, 0.5)[0] for x in (0.1, 0.5, 0.9)) > 225


CLIP = {"duration_ms": 3000, "width": 320, "height": 180}


def checked(export_type, **params):
    return validate_params(export_type, params, **CLIP)


@pytest.mark.parametrize("export_type", TYPES)
def test_no_trim_is_not_stored_and_neither_is_one_of_it_all(export_type):
    """Or the same work as before there were trims would look like another."""
    for whole in (None, {"start_seconds": 0, "end_seconds": 3}, {"start_seconds": 0, "end_seconds": 3.05}):
        assert checked(export_type, trim=whole) == checked(export_type)
    assert "trim" not in checked(export_type)


@pytest.mark.parametrize("export_type", TYPES)
def test_every_type_takes_a_trim(export_type):
    params = checked(export_type, trim={"start_seconds": 1, "end_seconds": 3.04})
    assert params["trim"] == {"start_seconds": 1.0, "end_seconds": 3.0}
    assert trimmed_ms(params, 3000) == 2000


BAD = [
    ({"start_seconds": 1}, "trim.end_seconds"),
    ({"end_seconds": 2}, "trim.start_seconds"),
    ({"start_seconds": 1, "end_seconds": 1.499}, "trim.end_seconds"),
    ({"start_seconds": 2, "end_seconds": 1}, "trim.end_seconds"),
    ({"start_seconds": -1, "end_seconds": 2}, "trim.start_seconds"),
    ({"start_seconds": 1, "end_seconds": 3.06}, "trim.end_seconds"),
    ({"start_seconds": "1", "end_seconds": 2}, "trim.start_seconds"),
    ({"start_seconds": True, "end_seconds": 2}, "trim.start_seconds"),
    ({"start_seconds": float("nan"), "end_seconds": 2}, "trim.start_seconds"),
    ({"start_seconds": 0, "end_seconds": 2, "speed": 2}, "trim.speed"),
    ([0, 2], "trim"),
    (False, "trim"),
]


@pytest.mark.parametrize(("trim", "field"), BAD)
def test_a_trim_that_is_none_is_named(trim, field):
    with pytest.raises(InvalidParams) as refused:
        checked("framing", trim=trim)
    assert list(refused.value.errors) == [f"params.{field}"]


@pytest.mark.parametrize(("start", "end"), [(0, 1), (2, 3), (0.5, 0.9)])
def test_a_drawing_that_nobody_would_see_is_refused(start, end):
    item = {"kind": "text", "text": "x", "start_seconds": start, "end_seconds": end}
    with pytest.raises(InvalidParams) as refused:
        checked(
            "annotate",
            items=[{"kind": "text", "text": "y"}, item],
            trim={"start_seconds": 1, "end_seconds": 2},
        )
    assert list(refused.value.errors) == ["params.items[1].start_seconds"]


def test_half_a_second_is_enough():
    assert trimmed_ms(checked("framing", trim={"start_seconds": 0.1, "end_seconds": 0.6}), 3000) == 500
