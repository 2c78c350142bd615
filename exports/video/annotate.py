"""Annotate: texts, arrows, circles and rectangles, each shown for its own while.

Everything visible at the same time is one picture. So two hundred items cost one overlay
a frame, not two hundred.
"""

import io
from functools import partial
from typing import Any

from PIL import Image

from exports.video.color import to_bt709
from exports.video.command import Plan, chain, upright
from exports.video.draw import sketch
from exports.video.facts import ClipFacts
from exports.video.interpolate import Curve, Piece
from exports.video.scenes import scenes
from exports.video.sketch import Box, Sketch

LAYERS = "layer%04d.png"
# A filter and not an input: when a clip changes its colours or size midway, filters start anew and inputs do not.
READ_LAYERS = f"movie=filename={LAYERS}:format_name=image2:format_opts='framerate=1\\:start_number=0'"


def plan(facts: ClipFacts, params: dict[str, Any]) -> Plan:
    """The export for validated `params`; output has the clip's size, less an odd row or column."""
    prepare, width, height = upright(facts)
    filters = [*prepare, *to_bt709(facts), "setsar=1"]
    sketches = [sketch(item, width, height) for item in params["items"]]
    area = _around(sketches)
    if area is None:
        return Plan(chain(f"0:{facts.video_index}", filters, "video"), width, height)
    shown = scenes(params["items"])
    graph = ";".join(
        [
            chain(f"0:{facts.video_index}", filters, "clip"),
            f"{READ_LAYERS},{','.join(_layers(shown))}[layers]",
            f"[clip][layers]overlay=x={area[0]}:y={area[1]}:format=yuv420:enable='{_visible(shown)}'[video]",
        ]
    )
    files = {
        LAYERS % number: partial(_png, area, [sketches[item] for item in scene])
        for number, (_, scene) in enumerate(shown)
    }
    return Plan(graph, width, height, files)


def _layers(shown: list[tuple[float, tuple[int, ...]]]) -> list[str]:
    """The pictures as a stream, each at the time from which it holds."""
    moments = Curve([Piece(number - 0.5, time) for number, (time, _) in enumerate(shown)])
    return [
        "scale=out_color_matrix=bt709:out_range=tv",
        "format=yuva420p",
        f"settb=AVTB,setpts='round(({moments.expression('N')})/TB)'",
    ]


def _visible(shown: list[tuple[float, tuple[int, ...]]]) -> str:
    return Curve([Piece(time, float(bool(scene))) for time, scene in shown]).expression("t")


def _around(sketches: list[Sketch]) -> Box | None:
    """The smallest even rectangle around all that is ever drawn."""
    if not sketches:
        return None
    boxes = [one.box for one in sketches]
    left, top, right, bottom = (
        *(min(box[side] for box in boxes) for side in (0, 1)),
        *(max(box[side] for box in boxes) for side in (2, 3)),
    )
    return left - left % 2, top - top % 2, right + right % 2, bottom + bottom % 2


def _png(area: Box, sketches: list[Sketch]) -> bytes:
    layer = Image.new("RGBA", (area[2] - area[0], area[3] - area[1]))
    for one in sketches:
        layer.alpha_composite(one.draw(), (one.box[0] - area[0], one.box[1] - area[1]))
    buffer = io.BytesIO()
    layer.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
