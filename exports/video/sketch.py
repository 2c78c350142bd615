"""What an annotation is before it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

Box = tuple[int, int, int, int]  # left, top, right, bottom, in pixels of the frame


@dataclass(frozen=True)
class Sketch:
    """Where an annotation will be, and what draws it: pictures are large, so they are made one at a time."""

    box: Box
    draw: Callable[[], Image.Image]
