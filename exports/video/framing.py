"""Framing: a window of the wanted shape that follows the keyframes, scaled to the output size.

ffmpeg crops in whole pixels, which stutters when the window moves slowly. So the crop comes in two steps: a
somewhat larger piece of the source (pieces.py), scaled by exactly the zoom of the moment, then the window in
output pixels. Scaling the whole frame would be simpler, but at zoom 10 that frame is 34 000 pixels wide.
"""

from typing import Any

from exports.video.color import to_bt709
from exports.video.command import Plan, chain, upright
from exports.video.facts import ClipFacts
from exports.video.interpolate import number
from exports.video.params import ASPECTS
from exports.video.pieces import Cut, commands, cuts, origin
from exports.video.window import Window

COMMANDS_FILE = "pieces.txt"


def plan(facts: ClipFacts, params: dict[str, Any]) -> Plan:
    """The export for validated `params`; output is 1080 wide, or 1920×1080 for 16:9."""
    out = ASPECTS[params["aspect"]]
    prepare, width, height = upright(facts)
    window = Window((width, height), out, params["keyframes"])
    steps = cuts(window)
    filters = [*prepare, *_piece(steps), *_scale(window, out), *_window(window, steps, out)]
    files = {COMMANDS_FILE: lambda: commands(steps).encode()} if len(steps) > 1 else {}
    graph = chain(f"0:{facts.video_index}", [*filters, *to_bt709(facts), "setsar=1"], "video")
    return Plan(graph, *out, files)


def _piece(steps: list[Cut]) -> list[str]:
    first = steps[0]
    crop = f"crop@piece=w={first.width}:h={first.height}:x={first.left}:y={first.top}"
    return [f"sendcmd=f={COMMANDS_FILE}", crop] if len(steps) > 1 else [crop]


def _scale(window: Window, out: tuple[int, int]) -> list[str]:
    width, height = (
        f"{_clock()};round({('in_w', 'in_h')[axis]}*{out[axis]}*{_zoom(window)}/{number(window.full[axis])})"
        for axis in (0, 1)
    )
    return [f"scale=w='{width}':h='{height}':eval=frame:flags=bicubic"]


def _window(window: Window, steps: list[Cut], out: tuple[int, int]) -> list[str]:
    left, top = (_offset(window, steps, axis, out[axis]) for axis in (0, 1))
    return [f"crop=w={out[0]}:h={out[1]}:x='{left}':y='{top}':exact=1"]


def _offset(window: Window, steps: list[Cut], axis: int, out_side: int) -> str:
    """Where the window starts inside the scaled piece: Window.at as an expression, less the origin."""
    side, centre = window.sides[axis], window.centre[axis].expression("ld(9)")
    return (
        f"{_clock()};st(1,{number(window.full[axis])}/{_zoom(window)});"
        f"st(2,clip(({centre})*{side}-ld(1)/2,0,{side}-ld(1)));"
        f"round((ld(2)-({origin(steps, axis).expression('ld(9)')}))*{out_side}/ld(1))"
    )


def _zoom(window: Window) -> str:
    return f"({window.zoom.expression('ld(9)')})"


def _clock() -> str:
    """ld(9) is the time in whole microseconds, as sendcmd counts it; there is none yet at set-up."""
    return "st(9,if(isnan(t),0,round(t*1000000)/1000000))"
