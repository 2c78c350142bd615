"""Which annotations are visible when, and how much there is to draw."""

from typing import Any

LEAST_SHARE = 0.01  # even the smallest picture costs something


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


def drawn_frames(items: list[dict[str, Any]], height_per_width: float) -> float:
    """About how many whole frames all scenes together paint: each draws what it shows anew."""
    shares = [max(LEAST_SHARE, min(1.0, _share(item, height_per_width))) for item in items]
    return sum(shares[number] for _, scene in scenes(items) for number in scene)


def _share(item: dict[str, Any], height_per_width: float) -> float:
    """The part of the frame that an item's picture covers."""
    if item["kind"] == "text":
        return len(item["text"]) * 0.6 * item["size"] ** 2 * height_per_width
    if item["kind"] == "circle":
        return 4 * item["radius"] ** 2 / height_per_width
    if item["kind"] == "rectangle":
        return item["width"] * item["height"]
    return abs(item["to_x"] - item["x"]) * abs(item["to_y"] - item["y"])
