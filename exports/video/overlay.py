"""Overlay: a spotlight. Everything outside a moving circle is dimmed.

The circle is computed as a small mask, a few thousand pixels a frame, and stretched: its edge becomes soft,
its movement finer than a pixel, and a frame costs the same whatever the circle's size.
"""

from typing import Any

from exports.video.color import to_bt709
from exports.video.command import Plan, chain, upright
from exports.video.facts import ClipFacts
from exports.video.interpolate import Curve, number

MASK_SIDE_PIXELS = 128
EDGE_MASK_PIXELS = 1.5  # how wide the soft edge is
CENTRED = {"time_seconds": 0.0, "x": 0.5, "y": 0.5, "radius": 0.15}


def plan(facts: ClipFacts, params: dict[str, Any]) -> Plan:
    """The export for validated `params`; output has the clip's size, less an odd row or column."""
    prepare, width, height = upright(facts)
    graph = ";".join(
        [
            chain(f"0:{facts.video_index}", [*prepare, *to_bt709(facts), "split=3"], "clip][dim][shape"),
            chain("dim", [_darken(1 - params["dim"])], "dark"),
            chain("shape", _mask(width, height, params["keyframes"] or [CENTRED]), "mask"),
            "[clip][mask]alphamerge[lit]",
            "[dark][lit]overlay=format=yuv420,setsar=1[video]",
        ]
    )
    return Plan(graph, width, height)


def _darken(light: float) -> str:
    """Towards black: 16 is black in limited range, 128 no colour."""
    chroma = f"128+(val-128)*{number(light)}"
    return f"lutyuv=y=16+(val-16)*{number(light)}:u={chroma}:v={chroma}"


def mask_size(width: int, height: int) -> tuple[int, int]:
    """The mask's size: the frame's shape, its longer side MASK_SIDE_PIXELS."""
    shrink = min(1.0, MASK_SIDE_PIXELS / max(width, height))
    return max(2, round(width * shrink)), max(2, round(height * shrink))


def _mask(width: int, height: int, keyframes: list[dict[str, Any]]) -> list[str]:
    """From any frame to a picture that is white inside the circle; the frame only lends its time."""
    small = mask_size(width, height)
    value = f"{_circle(keyframes)};255*clip({_inside(width, height, small)},0,1)"
    return [
        f"scale={small[0]}:{small[1]}:flags=neighbor",
        "format=gray",
        f"geq=lum='{value}'",
        f"scale={width}:{height}:flags=bicubic",
    ]


def _circle(keyframes: list[dict[str, Any]]) -> str:
    """Puts x, y and radius into ld(0), ld(1), ld(2) at time T, once a row: the curves cost more than a pixel."""
    x, y, radius = (
        Curve.through([(frame["time_seconds"], frame[name]) for frame in keyframes]).expression("T")
        for name in ("x", "y", "radius")
    )
    return f"if(X,0,st(0,{x});st(1,{y});st(2,{radius}))"


def _inside(width: int, height: int, small: tuple[int, int]) -> str:
    """1 inside the circle, 0 outside, in between on its edge; for each mask pixel X, Y."""
    across = f"(X+0.5)*{number(width / small[0])}-ld(0)*{width}"
    down = f"(Y+0.5)*{number(height / small[1])}-ld(1)*{height}"
    edge_pixels = EDGE_MASK_PIXELS * width / small[0]
    return f"(ld(2)*{width}-hypot({across},{down}))/{number(edge_pixels)}+0.5"
