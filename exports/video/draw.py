"""Draws one annotation with Pillow, on a picture no larger than it needs."""

import math
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw

from exports.video.drawn_text import text_sketch
from exports.video.sketch import Sketch

SMOOTH = 2  # shapes are drawn this much larger, because Pillow's lines have hard edges
SMOOTH_UP_TO_PIXELS = 20_000_000
HEAD_LENGTH, HEAD_WIDTH = 5.0, 2.5  # of an arrow, in thicknesses


def sketch(item: dict[str, Any], width: int, height: int) -> Sketch:
    """The annotation on a frame of this size, cut off at the frame's edges.

    x counts in widths and y in heights; radius and thickness in widths, text size in heights.
    """
    return {"text": text_sketch, "arrow": _arrow, "circle": _circle, "rectangle": _rectangle}[item["kind"]](
        item, width, height
    )


def _arrow(item: dict[str, Any], width: int, height: int) -> Sketch:
    """From x, y to its head at to_x, to_y."""
    tail, tip = (item["x"] * width, item["y"] * height), (item["to_x"] * width, item["to_y"] * height)
    thick = _thickness(item, width)
    length = math.dist(tail, tip)
    unit = ((tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length)
    head = min(HEAD_LENGTH * thick, length)
    neck = (tip[0] - unit[0] * head, tip[1] - unit[1] * head)
    half = (-unit[1] * head * HEAD_WIDTH / HEAD_LENGTH, unit[0] * head * HEAD_WIDTH / HEAD_LENGTH)
    corners = [tip, (neck[0] + half[0], neck[1] + half[1]), (neck[0] - half[0], neck[1] - half[1])]

    def paint(draw: ImageDraw.ImageDraw, place: Callable[..., Any], scale: int) -> None:
        draw.line([place(tail), place(neck)], fill=255, width=round(thick * scale))
        draw.polygon([place(corner) for corner in corners], fill=255)

    return _shape(item["color"], [tail, *corners], thick, (width, height), paint)


def _circle(item: dict[str, Any], width: int, height: int) -> Sketch:
    radius, thick = item["radius"] * width, _thickness(item, width)
    x, y = item["x"] * width, item["y"] * height
    corners = [(x - radius, y - radius), (x + radius, y + radius)]

    def paint(draw: ImageDraw.ImageDraw, place: Callable[..., Any], scale: int) -> None:
        draw.ellipse([place(corner) for corner in corners], outline=255, width=round(thick * scale))

    return _shape(item["color"], corners, thick, (width, height), paint)


def _rectangle(item: dict[str, Any], width: int, height: int) -> Sketch:
    thick = _thickness(item, width)
    left, top = item["x"] * width, item["y"] * height
    corners = [(left, top), (left + item["width"] * width, top + item["height"] * height)]

    def paint(draw: ImageDraw.ImageDraw, place: Callable[..., Any], scale: int) -> None:
        draw.rectangle([place(corner) for corner in corners], outline=255, width=round(thick * scale))

    return _shape(item["color"], corners, thick, (width, height), paint)


def _thickness(item: dict[str, Any], width: int) -> float:
    return max(2.0, item["thickness"] * width)


def _shape(
    color: str,
    points: list[tuple[float, float]],
    thick: float,
    frame: tuple[int, int],
    paint: Callable[[ImageDraw.ImageDraw, Callable[..., Any], int], None],
) -> Sketch:
    """Paints white on black around `points`, larger than life, and makes of it the opacity of one colour."""
    left, top = (max(0, math.floor(min(p[axis] for p in points) - thick)) for axis in (0, 1))
    right, bottom = (min(frame[axis], math.ceil(max(p[axis] for p in points) + thick)) for axis in (0, 1))
    size = (right - left, bottom - top)
    scale = SMOOTH if size[0] * size[1] <= SMOOTH_UP_TO_PIXELS else 1

    def draw() -> Image.Image:
        mask = Image.new("L", (size[0] * scale, size[1] * scale))
        paint(ImageDraw.Draw(mask), lambda p: ((p[0] - left) * scale, (p[1] - top) * scale), scale)
        image = Image.new("RGBA", size, color)
        image.putalpha(mask.reduce(scale) if scale > 1 else mask)
        return image

    return Sketch((left, top, right, bottom), draw)
