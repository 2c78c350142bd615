"""Upscale: the same picture, larger."""

import pytest

from exports.video.render import render
from exports.video.tests.clips import make_clip
from exports.video.tests.pixels import Picture, is_near


@pytest.mark.parametrize("factor", [2, 4])
def test_every_place_keeps_its_colour(factor, tmp_path):
    clip = make_clip(
        tmp_path / "bars.mp4", picture="smptebars", size=(160, 120), seconds=0.3, filters="setparams=range=tv"
    )
    out = tmp_path / "out.mp4"
    envelope = render(clip, out, export_type="upscale", params={"factor": factor}, sold_duration_ms=300)
    assert (envelope["width"], envelope["height"]) == (160 * factor, 120 * factor)
    before, after = Picture(clip, 0.1, 160, 120), Picture(out, 0.1, 160 * factor, 120 * factor)
    for x in (11, 34, 57, 80, 103, 126, 149):  # the middle of each bar
        assert is_near(before.pixel(x, 40), after.pixel(x * factor, 40 * factor), 10)


def test_an_edge_stays_where_it_was(tmp_path):
    box = "drawbox=x=40:y=0:w=1000:h=1000:c=white:t=fill"
    clip = make_clip(tmp_path / "edge.mp4", picture="color=c=black", size=(80, 60), filters=box, seconds=0.2)
    out = tmp_path / "out.mp4"
    assert render(clip, out, export_type="upscale", params={"factor": 4}, sold_duration_ms=200)["ok"]
    picture = Picture(out, 0.1, 320, 240)
    assert picture.pixel(157, 100)[0] < 60
    assert picture.pixel(162, 100)[0] > 195
