"""Colour: whatever a clip's matrix, range and depth, the viewer sees what was filmed."""

import pytest

from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests.clips import make_clip
from exports.video.tests.pixels import Picture, is_near

GREEN = (20, 190, 60)  # far from grey, where the matrices differ most
TO_709 = "format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
WIDE = (
    "format=gbrp,zscale=pin=709:tin=709:min=gbr:rin=full:p=2020:t=2020_10:m=2020_ncl:r=limited,"
    "format=yuv420p10le"
)
SOURCES = {
    "small, untagged": {"filters": "setparams=colorspace=unknown"},
    "small, tagged 709": {"filters": f"{TO_709},setparams=colorspace=bt709"},
    "hd, untagged": {"filters": f"{TO_709},setparams=colorspace=unknown", "size": (1280, 720)},
    "full range": {"pixel_format": "yuvj420p", "filters": "scale=out_range=pc"},
    "ten bit": {"pixel_format": "yuv420p10le"},
    "rgb": {"pixel_format": "gbrp", "codec": ("libx264rgb",), "filters": "format=gbrp"},
    "wide gamut": {"pixel_format": "yuv420p10le", "filters": WIDE},
}


@pytest.mark.parametrize("name", SOURCES)
def test_it_looks_as_filmed(name, tmp_path):
    options = {
        "picture": "color=c=0x14BE3C",
        "seconds": 0.1,
        "audio": False,
        "extra": ("-crf", "4"),
    } | SOURCES[name]
    clip, out = make_clip(tmp_path / "clip.mp4", **options), tmp_path / "out.mp4"
    assert render(clip, out, export_type="annotate", params={}, sold_duration_ms=100)["ok"]
    facts = probe(out)
    assert (facts.color_matrix, facts.color_primaries, facts.color_transfer) == (1, 1, 1)
    assert (facts.is_full_range, facts.pixel_format) == (False, "yuv420p")
    assert is_near(Picture(out, 0.0, facts.width, facts.height).at(0.5, 0.5), GREEN, 5)
