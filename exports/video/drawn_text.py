"""Texts on the picture, in one font: Liberation Sans Bold.

It has Latin, Greek and Cyrillic, its licence lets us ship it, and its letters are as wide as Arial's: so a browser
can show beforehand where they will stand.
"""

import math
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from exports.video.sketch import Sketch

FONT = Path(__file__).parent / "fonts" / "LiberationSans-Bold.ttf"
LINE_SPACING = 1.2
SMALLEST_PIXELS = 8
SHRINK = 0.85


@lru_cache(maxsize=16)
def _font(size_pixels: int) -> ImageFont.FreeTypeFont:
    # The other engine shapes more writings, but is not in every Pillow: a text must look the same on every machine.
    return ImageFont.truetype(FONT, size_pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def can_draw(character: str) -> bool:
    """Whether the font has the character; what it has not, it draws as the same empty box."""
    if character.isspace():
        return True
    if unicodedata.category(character)[0] in "CM":  # marks that stand alone would miss their letter
        return False
    font = _font(32)
    return bytes(font.getmask(character)) != bytes(font.getmask("\U0010ffff"))


def text_sketch(item: dict[str, Any], width: int, height: int) -> Sketch:
    """Centred on x, y, in lines no wider than the frame, smaller if need be, moved in if it would stick out."""
    size_pixels, lines = fit(item["text"], item["size"] * height, width, height)
    outline, spacing = max(1, size_pixels // 16), size_pixels * (LINE_SPACING - 1)
    style: dict[str, Any] = {
        "font": _font(size_pixels),
        "stroke_width": outline,
        "spacing": spacing,
        "align": "center",
    }
    text = "\n".join(lines)
    box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox((0, 0), text, **style)
    size = (min(math.ceil(box[2] - box[0]) + 2, width), min(math.ceil(box[3] - box[1]) + 2, height))
    left, top = (
        min(max(0, round(place * side - length / 2)), side - length)
        for place, side, length in ((item["x"], width, size[0]), (item["y"], height, size[1]))
    )

    def draw() -> Image.Image:
        image = Image.new("RGBA", size)
        at = (1 - math.floor(box[0]), 1 - math.floor(box[1]))
        ImageDraw.Draw(image).multiline_text(at, text, fill=item["color"], stroke_fill="black", **style)
        return image

    return Sketch((left, top, left + size[0], top + size[1]), draw)


def fit(text: str, size_pixels: float, width: int, height: int) -> tuple[int, list[str]]:
    """The largest size, up to the one asked for, at which the text fits, and its lines.

    Also what keeps a picture of text from growing far beyond its frame.
    """
    # A letter is about half as wide as high: larger than this cannot fit, so do not try.
    size_pixels = min(size_pixels, 1.5 * math.sqrt(width * height / len(text)) + SMALLEST_PIXELS, width / 1.5)
    while True:
        size_pixels = max(float(SMALLEST_PIXELS), size_pixels)
        lines = _wrap(text, _font(round(size_pixels)), width - size_pixels / 4)
        most = max(1, int(height / (size_pixels * LINE_SPACING)))
        if len(lines) <= most or size_pixels == SMALLEST_PIXELS:
            return round(size_pixels), lines[:most]
        size_pixels *= SHRINK


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Lines that fit; a word that is wider than the frame is broken inside."""
    lines: list[str] = []
    for word in text.split():
        if lines and font.getlength(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines += _broken(word, font, width)
    return lines


def _broken(word: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    if font.getlength(word) <= width:
        return [word]
    parts, room = [""], width
    for letter in word:
        room -= font.getlength(letter)
        if room < 0 and parts[-1]:
            parts.append("")
            room = width - font.getlength(letter)
        parts[-1] += letter
    return parts
