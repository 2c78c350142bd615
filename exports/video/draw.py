"""Draws one annotation with Pillow, on a picture no larger than it needs."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import Image, ImageDraw, ImageFont

SMOOTH = 2  # shapes are drawn this much larger, because Pillow's lines have hard edges
SMOOTH_UP_TO_PIXELS = 20_000_000
HEAD_LENGTH, HEAD_WIDTH = 5.0, 2.5  # of an arrow, in thicknesses
LINE_SPACING = 1.2
SMALLEST_TEXT_PIXELS = 8


@dataclass(frozen=True)
class Tile:
    """A piece of picture and where its top left corner lies in the frame, in pixels."""

    image: Image.Image
    left: int
    top: int


def draw_item(item: dict[str, Any], width: int, height: int) -> Tile:
    """The annotation as it looks on a frame of this size, cut off at the frame's edges.

    x counts in widths and y in heights; radius and thickness in widths, text size in heights.
    """
    return {"text": _text, "arrow": _arrow, "circle": _circle, "rectangle": _rectangle}[item["kind"]](
        item, width, height
    )


@lru_cache(maxsize=16)
def _font(size_pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size_pixels)  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def can_draw(character: str) -> bool:
    """Whether the font has the character; what it has not, it draws as the same empty box."""
    font = _font(32)
    return character.isspace() or bytes(font.getmask(character)) != bytes(font.getmask("\U0010ffff"))


def _text(item: dict[str, Any], width: int, height: int) -> Tile:
    """Centred on x, y, in lines no wider than the frame, smaller if need be, moved in if it would stick out."""
    size_pixels, lines = _fit(item["text"], item["size"] * height, width, height)
    outline = max(1, size_pixels // 16)
    spacing = size_pixels * (LINE_SPACING - 1)
    style = {"font": _font(size_pixels), "stroke_width": outline, "spacing": spacing, "align": "center"}
    text = "\n".join(lines)
    box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, **style)
    size = (min(math.ceil(box[2] - box[0]) + 2, width), min(math.ceil(box[3] - box[1]) + 2, height))
    image = Image.new("RGBA", size)
    at = (1 - math.floor(box[0]), 1 - math.floor(box[1]))
    ImageDraw.Draw(image).multiline_text(at, text, fill=item["color"], stroke_fill="black", **style)
    left, top = round(item["x"] * width - image.width / 2), round(item["y"] * height - image.height / 2)
    return Tile(image, min(max(0, left), width - image.width), min(max(0, top), height - image.height))


def _fit(text: str, size_pixels: float, width: int, height: int) -> tuple[int, list[str]]:
    """The largest size, up to the one asked for, at which the text fits, and its lines.

    Also what keeps a picture of text from growing far beyond its frame.
    """
    while True:
        size_pixels = max(float(SMALLEST_TEXT_PIXELS), size_pixels)
        lines = _wrap(text, _font(round(size_pixels)), width - size_pixels / 4)
        most = max(1, int(height / (size_pixels * LINE_SPACING)))
        if size_pixels == SMALLEST_TEXT_PIXELS or (len(lines) <= most and size_pixels * 1.5 <= width):
            return round(size_pixels), lines[:most]
        size_pixels *= 0.85


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Lines that fit; a word that is wider than the frame is broken inside."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        lines += [""] if lines[-1] else []
        for letter in word:
            if lines[-1] and font.getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines


def _arrow(item: dict[str, Any], width: int, height: int) -> Tile:
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


def _circle(item: dict[str, Any], width: int, height: int) -> Tile:
    radius, thick = item["radius"] * width, _thickness(item, width)
    x, y = item["x"] * width, item["y"] * height
    corners = [(x - radius, y - radius), (x + radius, y + radius)]

    def paint(draw: ImageDraw.ImageDraw, place: Callable[..., Any], scale: int) -> None:
        draw.ellipse([place(corner) for corner in corners], outline=255, width=round(thick * scale))

    return _shape(item["color"], corners, thick, (width, height), paint)


def _rectangle(item: dict[str, Any], width: int, height: int) -> Tile:
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
) -> Tile:
    """Paints white on black around `points`, larger than life, and makes of it the opacity of one colour."""
    left, top = (max(0, math.floor(min(p[axis] for p in points) - thick)) for axis in (0, 1))
    right, bottom = (min(frame[axis], math.ceil(max(p[axis] for p in points) + thick)) for axis in (0, 1))
    size = (max(1, right - left), max(1, bottom - top))
    scale = SMOOTH if size[0] * size[1] <= SMOOTH_UP_TO_PIXELS else 1
    mask = Image.new("L", (size[0] * scale, size[1] * scale))
    paint(ImageDraw.Draw(mask), lambda p: ((p[0] - left) * scale, (p[1] - top) * scale), scale)
    image = Image.new("RGBA", size, color)
    image.putalpha(mask.reduce(scale) if scale > 1 else mask)
    return Tile(image, left, top)
