"""Looks at what an export shows, independently of the code that made it."""

import array
import subprocess
from functools import cache
from pathlib import Path

import av

from exports.video.tests.clips import FFMPEG

RGB = tuple[int, int, int]


class Picture:
    """One frame as RGB; `at` takes fractions of the frame, like the parameters do."""

    def __init__(self, path: Path, seconds: float, width: int, height: int):
        self.width, self.height = width, height
        # Half a millisecond early, because a seek shows the first frame at or after the time.
        command = [*FFMPEG, "-ss", f"{max(0.0, seconds - 0.0005):.4f}", "-i", str(path), "-frames:v", "1"]
        raw = subprocess.run(
            [*command, "-f", "rawvideo", "-pix_fmt", "rgb24", "-sws_flags", "accurate_rnd", "-"],
            check=True,
            capture_output=True,
        )
        self.data = raw.stdout
        assert len(self.data) == width * height * 3

    def pixel(self, x: int, y: int) -> RGB:
        at = (y * self.width + x) * 3
        return self.data[at], self.data[at + 1], self.data[at + 2]

    def at(self, x: float, y: float) -> RGB:
        return self.pixel(
            min(self.width - 1, int(x * self.width)), min(self.height - 1, int(y * self.height))
        )

    def centre_of(self, color: RGB, tolerance: int = 60) -> tuple[float, float, int]:
        """Where the pixels of a colour lie on average, in pixels, and how many there are."""
        found = [
            (x, y)
            for y in range(0, self.height, 2)
            for x in range(0, self.width, 2)
            if is_near(self.pixel(x, y), color, tolerance)
        ]
        count = max(1, len(found))
        return sum(x for x, _ in found) / count, sum(y for _, y in found) / count, len(found) * 4


def is_near(one: RGB, other: RGB, tolerance: int = 12) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


def frame_times(path: Path, stream_index: int = 0) -> list[float]:
    """When (seconds after the first) each picture is shown."""
    seconds = [time for time, _ in _lightness_over_time(path, stream_index)]
    return [time - seconds[0] for time in seconds]


def brightest_from(path: Path, stream_index: int = 0) -> float:
    """When (seconds) a picture is first nearer to the brightest than to the darkest one."""
    light = _lightness_over_time(path, stream_index)
    middle = sum(extreme(value for _, value in light) for extreme in (min, max)) / 2
    return next(seconds for seconds, value in light if value > middle)


@cache
def _lightness_over_time(path: Path, stream_index: int) -> list[tuple[float, int]]:
    with av.open(str(path)) as container:
        frames = container.decode(container.streams[stream_index])
        return [(float(frame.time), _lightness(frame)) for frame in frames]


def _lightness(frame: av.VideoFrame) -> int:
    plane = frame.reformat(16, 16, "gray").planes[0]
    data = bytes(plane)
    return sum(sum(data[row * plane.line_size :][:16]) for row in range(16))


def loudest_from(path: Path, threshold: int = 3000) -> float:
    """When (seconds) the sound first rises above a threshold of 16-bit samples."""
    command = [*FFMPEG, "-i", str(path), "-vn", "-ac", "1", "-ar", "48000", "-f", "s16le", "-"]
    samples = array.array("h", subprocess.run(command, check=True, capture_output=True).stdout)
    # The decoder starts at the first packet: add where the stream itself starts.
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        offset = float((stream.start_time or 0) * stream.time_base)
    return offset + next(n for n, sample in enumerate(samples) if abs(sample) > threshold) / 48_000


def read_tags(path: Path) -> str:
    """All that ffmpeg prints about a file."""
    return subprocess.run([*FFMPEG[:3], "-i", str(path)], capture_output=True, check=False).stderr.decode()
