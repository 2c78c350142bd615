"""Annotate: texts, arrows, circles and rectangles, each shown for its own while.

Everything visible at the same time is one picture. So two hundred items cost one overlay
a frame, not two hundred.
"""

import io
from typing import Any

from PIL import Image

from exports.video.color import to_bt709
from exports.video.command import Plan, chain, upright
from exports.video.draw import Tile, draw_item
from exports.video.facts import ClipFacts
from exports.video.interpolate import Curve, Piece

LAYERS = "layer%04d.png"
LAYER_INPUT = (
    *("-protocol_whitelist", "file", "-format_whitelist", "image2", "-f", "image2"),
    *("-framerate", "1", "-start_number", "0", "-i", f"file:{LAYERS}"),
)


def plan(facts: ClipFacts, params: dict[str, Any]) -> Plan:
    """The export for validated `params`; output has the clip's size, less an odd row or column."""
    prepare, width, height = upright(facts)
    filters = [*prepare, *to_bt709(facts), "setsar=1"]
    tiles = [(item, draw_item(item, width, height)) for item in params["items"]]
    area = _around([tile for _, tile in tiles])
    if area is None:
        return Plan(chain(f"0:{facts.video_index}", filters, "video"), width, height)
    shown = scenes(params["items"])
    graph = ";".join(
        [
            chain(f"0:{facts.video_index}", filters, "clip"),
            chain("1:v", _layers(shown), "layers"),
            f"[clip][layers]overlay=x={area[0]}:y={area[1]}:format=yuv420:enable='{_visible(shown)}'[video]",
        ]
    )
    files = {LAYERS % n: _png(area, [tiles[i][1] for i in scene]) for n, (_, scene) in enumerate(shown)}
    return Plan(graph, width, height, files, LAYER_INPUT)


def scenes(items: list[dict[str, Any]]) -> list[tuple[float, tuple[int, ...]]]:
    """From each time (seconds) on, which items are visible; the first is at 0, the last is empty."""
    times = sorted({0.0} | {item[name] for item in items for name in ("start_seconds", "end_seconds")})
    return [
        (
            time,
            tuple(n for n, item in enumerate(items) if item["start_seconds"] <= time < item["end_seconds"]),
        )
        for time in times
    ]


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


def _around(tiles: list[Tile]) -> tuple[int, int, int, int] | None:
    """The smallest even rectangle around all that is ever drawn: left, top, right, bottom."""
    if not tiles:
        return None
    left, top = (min(getattr(tile, name) for tile in tiles) for name in ("left", "top"))
    right = max(tile.left + tile.image.width for tile in tiles)
    bottom = max(tile.top + tile.image.height for tile in tiles)
    return left - left % 2, top - top % 2, right + right % 2, bottom + bottom % 2


def _png(area: tuple[int, int, int, int], tiles: list[Tile]) -> bytes:
    layer = Image.new("RGBA", (area[2] - area[0], area[3] - area[1]))
    for tile in tiles:
        layer.alpha_composite(tile.image, (tile.left - area[0], tile.top - area[1]))
    buffer = io.BytesIO()
    layer.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
