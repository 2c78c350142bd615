"""From keyframes to a position at any time: straight lines whose corners are rounded.

A corner is replaced by the parabola that touches both lines HALF_CORNER_SECONDS before and after it (or
half-way to the neighbouring keyframe, if that is nearer). So speed never jumps, a straight stretch stays
exactly straight, and a value never leaves its keyframes' range: a parabola stays inside its control points.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

HALF_CORNER_SECONDS = 0.2


@dataclass(frozen=True)
class Piece:
    """From `start` (seconds) on: value + slope·u + bend·u², u being the seconds since `start`."""

    start: float
    value: float
    slope: float = 0.0
    bend: float = 0.0

    def at(self, seconds: float) -> float:
        u = seconds - self.start
        return self.value + self.slope * u + self.bend * u * u

    def range(self, start: float, end: float) -> tuple[float, float]:
        """The smallest and largest value between two times."""
        values = [self.at(start), self.at(end)]
        turn = self.start - self.slope / (2 * self.bend) if self.bend else start
        if start < turn < end:
            values.append(self.at(turn))
        return min(values), max(values)


class Curve:
    """A smoothed value over time, for Python (`at`) and for an ffmpeg expression (`expression`)."""

    def __init__(self, pieces: Sequence[Piece]):
        self.pieces = list(pieces)
        self._starts = [piece.start for piece in self.pieces]

    @classmethod
    def through(cls, points: Sequence[tuple[float, float]]) -> "Curve":
        """The curve along `points` (seconds, value), in order of time; holds before and after them."""
        first, last = points[0], points[-1]
        corners = [*points, (last[0] + 1.0, last[1])]
        if first[0] > 0:
            corners.insert(0, (0.0, first[1]))
        # Time 0 is no corner: the first frame shows exactly what the first keyframe asked for.
        pieces = [Piece(-1.0, first[1]), _line(corners[0], corners[1])]
        for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
            pieces += _rounded(before, corner, after)
        return cls(pieces)

    def at(self, seconds: float) -> float:
        return self.pieces[max(0, bisect_right(self._starts, seconds) - 1)].at(seconds)

    def expression(self, variable: str) -> str:
        """The curve as an ffmpeg expression, nested log2(pieces) deep (ffmpeg allows 100)."""
        return _tree(self.pieces, variable)


def _line(start: tuple[float, float], end: tuple[float, float]) -> Piece:
    return Piece(*start, (end[1] - start[1]) / (end[0] - start[0]))


def _rounded(
    before: tuple[float, float], corner: tuple[float, float], after: tuple[float, float]
) -> tuple[Piece, Piece]:
    """The parabola around `corner` and the straight line that follows it."""
    room_before, room_after = corner[0] - before[0], after[0] - corner[0]
    slope_in = (corner[1] - before[1]) / room_before
    slope_out = (after[1] - corner[1]) / room_after
    half = min(HALF_CORNER_SECONDS, room_before / 2, room_after / 2)
    start, end = corner[0] - half, corner[0] + half
    arc = Piece(start, corner[1] - slope_in * half, slope_in, (slope_out - slope_in) / (4 * half))
    return arc, Piece(end, corner[1] + slope_out * half, slope_out)


def _tree(pieces: Sequence[Piece], variable: str) -> str:
    if len(pieces) == 1:
        return _polynomial(pieces[0], variable)
    middle = len(pieces) // 2
    left, right = _tree(pieces[:middle], variable), _tree(pieces[middle:], variable)
    return f"if(lt({variable},{number(pieces[middle].start)}),{left},{right})"


def _polynomial(piece: Piece, variable: str) -> str:
    if piece.slope == 0 and piece.bend == 0:
        return number(piece.value)
    u = f"({variable}-({number(piece.start)}))"
    bend = f"+({number(piece.bend)})*{u}*{u}" if piece.bend else ""
    return f"({number(piece.value)}+({number(piece.slope)})*{u}{bend})"


def number(value: float) -> str:
    """A float as ffmpeg reads it: plain decimals, enough of them for a hundredth of a pixel."""
    text = f"{value:.9f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text
