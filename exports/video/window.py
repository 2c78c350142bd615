"""The moving window of a framing export, in source pixels."""

from typing import Any

from exports.video.interpolate import Curve


class Window:
    """Where the window is at any time: always inside the frame, always of the output's shape."""

    def __init__(self, sides: tuple[int, int], out: tuple[int, int], keyframes: list[dict[str, Any]]):
        self.sides = sides
        scale = min(sides[0] / out[0], sides[1] / out[1])
        self.full = (out[0] * scale, out[1] * scale)  # the window at zoom 1
        frames = keyframes or [{"time_seconds": 0.0, "x": 0.5, "y": 0.5, "zoom": 1.0}]
        x, y, self.zoom = (
            Curve.through([(frame["time_seconds"], frame[name]) for frame in frames])
            for name in ("x", "y", "zoom")
        )
        self.centre = (x, y)

    def at(self, seconds: float) -> tuple[float, float, float, float]:
        """Left, top, width and height."""
        zoom = self.zoom.at(seconds)
        width, height = self.full[0] / zoom, self.full[1] / zoom
        left = self.centre[0].at(seconds) * self.sides[0] - width / 2
        top = self.centre[1].at(seconds) * self.sides[1] - height / 2
        return (
            max(0.0, min(left, self.sides[0] - width)),
            max(0.0, min(top, self.sides[1] - height)),
            width,
            height,
        )
