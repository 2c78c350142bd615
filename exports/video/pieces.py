"""The pieces that framing cuts from the source: whole pixels, constant for a while, around the window."""

import math
from dataclasses import dataclass

from exports.video.interpolate import Curve, Piece
from exports.video.window import Window

MARGIN_PIXELS = 8  # around the window, so that its edge is scaled from real neighbours
ROOM = 1.5  # a piece is at most this much longer and wider than the window…
SHORTEST_SECONDS = 1 / 60  # …unless the window runs that fast


@dataclass(frozen=True)
class Cut:
    """From `start` (seconds) on, this rectangle of the source."""

    start: float
    left: int
    top: int
    width: int
    height: int

    @property
    def rectangle(self) -> tuple[int, int, int, int]:
        return self.left, self.top, self.width, self.height


def cuts(window: Window) -> list[Cut]:
    """Pieces over time; each holds the window at every moment until the next starts."""
    starts = [piece.start for piece in window.zoom.pieces]
    ends = [*starts[1:], starts[-1] + 1.0]  # the last piece of a curve is level, so any end will do
    found: list[Cut] = []
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        for cut in _divide(window, index, start, end):
            if found and found[-1].start >= cut.start:
                found.pop()  # it lasted less than a microsecond
            if not found or found[-1].rectangle != cut.rectangle:
                found.append(cut)
    # Nothing is before time 0, and what begins before it holds then.
    first = max((cut for cut in found if cut.start <= 0), key=lambda cut: cut.start, default=found[0])
    return [Cut(0.0, *first.rectangle), *(cut for cut in found if cut.start > 0 and cut is not first)]


def commands(steps: list[Cut]) -> str:
    """The script for ffmpeg's sendcmd filter: crop takes its size by command only."""
    return "".join(
        f"{cut.start:.6f} crop@piece w {cut.width}, crop@piece h {cut.height}, "
        f"crop@piece x {cut.left}, crop@piece y {cut.top};\n"
        for cut in steps
    )


def origin(steps: list[Cut], axis: int) -> Curve:
    """The left (axis 0) or top (axis 1) of the pieces over time."""
    return Curve([Piece(round(cut.start, 6), float(cut.rectangle[axis])) for cut in steps])


def _divide(window: Window, index: int, start: float, end: float) -> list[Cut]:
    boxes = [_box(window, axis, index, start, end) for axis in (0, 1)]
    is_tight = all(high - low <= ROOM * least + MARGIN_PIXELS for low, high, least in boxes)
    if is_tight or end - start <= SHORTEST_SECONDS:
        (left, right), (top, bottom) = (
            _whole(box, side) for box, side in zip(boxes, window.sides, strict=True)
        )
        return [Cut(round(start, 6), left, top, right - left, bottom - top)]
    middle = (start + end) / 2
    return [*_divide(window, index, start, middle), *_divide(window, index, middle, end)]


def _box(window: Window, axis: int, index: int, start: float, end: float) -> tuple[float, float, float]:
    """What the window covers between two times of one piece of its curves, and its least size then."""
    zoom_low, zoom_high = window.zoom.pieces[index].range(start, end)
    side, largest, least = window.sides[axis], window.full[axis] / zoom_low, window.full[axis] / zoom_high
    centre_low, centre_high = window.centre[axis].pieces[index].range(start, end)
    low = min(max(centre_low * side - largest / 2, 0.0), side - largest)
    high = max(min(centre_high * side + largest / 2, side), largest)
    return low, high, least


def _whole(box: tuple[float, float, float], side: int) -> tuple[int, int]:
    """Even pixels, because of the halved colour planes; sides are even."""
    low = 2 * math.floor((box[0] - MARGIN_PIXELS) / 2)
    high = 2 * math.ceil((box[1] + MARGIN_PIXELS) / 2)
    return max(0, low), min(side, high)
