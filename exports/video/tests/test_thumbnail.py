"""Thumbnails: a small upright JPEG of any clip that we accept."""

import pytest
from PIL import Image

from exports.video.facts import UnplayableClip
from exports.video.tests.clips import lie_about_duration, make_clip
from exports.video.tests.pixels import is_near
from exports.video.thumbnail import make_thumbnail


def thumbnail(clip, tmp_path, **options):
    out = tmp_path / "thumb.jpg"
    make_thumbnail(clip, out, **options)
    with Image.open(out) as image:
        assert image.format == "JPEG"
        return image.convert("RGB")


def test_it_is_small_and_keeps_its_shape(landscape, tmp_path):
    assert thumbnail(landscape, tmp_path, max_side=100).size == (100, 56)


@pytest.mark.parametrize(
    ("size", "shown"), [((321, 181), (320, 180)), ((854, 481), (640, 360)), ((202, 1920), (68, 640))]
)
def test_any_shape_has_one(size, shown, tmp_path):
    """Colours are converted in pairs of pixels."""
    clip = make_clip(
        tmp_path / "shape.mp4", size=size, picture="testsrc", pixel_format="yuv444p", audio=False
    )
    assert thumbnail(clip, tmp_path).size == shown


def test_it_is_upright(portrait, tmp_path):
    assert thumbnail(portrait, tmp_path).size == (180, 320)


def test_it_has_the_right_colours(tmp_path):
    clip = make_clip(tmp_path / "orange.mp4", size=(640, 360), picture="color=c=0xC8783C", seconds=0.5)
    assert is_near(thumbnail(clip, tmp_path).getpixel((100, 100)), (200, 120, 60), 8)


def test_it_shows_hdr_as_an_ordinary_picture(hdr, tmp_path):
    """0.75 in HLG is the white of a printed page: bright, not blown out."""
    image = thumbnail(hdr, tmp_path)
    assert 190 < image.getpixel((240, 90))[0] < 235


def test_one_frame_and_a_lying_header_are_enough(tmp_path):
    one = make_clip(tmp_path / "one.mp4", seconds=0.03, audio=False)
    assert thumbnail(one, tmp_path).size == (320, 180)
    assert thumbnail(lie_about_duration(one, tmp_path / "lie.mp4", 500), tmp_path).size == (320, 180)


def test_it_refuses_what_is_no_clip(tmp_path):
    (tmp_path / "a.mp4").write_text("hello")
    with pytest.raises(UnplayableClip):
        make_thumbnail(tmp_path / "a.mp4", tmp_path / "thumb.jpg")
    assert not (tmp_path / "thumb.jpg").exists()


def test_a_large_picture_is_shown_from_the_key_frame_before(tmp_path, monkeypatch):
    """Whose neighbours need not be held: 8K in ten bits took 0.7 GB, and takes 0.17."""
    monkeypatch.setattr("exports.video.thumbnail.MAX_EXACT_PIXELS", 1)
    turning = "geq=lum='if(lt(T,0.05),200,50)':cb=128:cr=128"
    clip = make_clip(tmp_path / "a.mp4", seconds=2, rate=20, filters=turning, extra=("-g", "60"))
    assert thumbnail(clip, tmp_path).getpixel((100, 100))[0] > 190
    assert thumbnail(clip, tmp_path).size == (320, 180)
