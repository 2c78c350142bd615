"""The part of a clip that becomes the film: all of it, or what a trim leaves.

Parameters keep the clip's own time. So the filters of an export see each picture at that time, and only before and
after them the pictures are moved: to the moment they are shown in the clip, and back to the film's own time.
"""

import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import av

from exports.video import probe
from exports.video.command import Plan, chain
from exports.video.facts import ClipFacts, TooSlow

HALF_A_TICK_SECONDS = 0.0005


@dataclass(frozen=True)
class Stretch:
    """`shown_from_seconds` is when the picture begins that is shown at `start_seconds`; the clip's time, both.

    `last_picture_ms` is when the last picture begins, in the film's time.
    """

    length_ms: int
    last_picture_ms: int
    start_seconds: float = 0.0
    shown_from_seconds: float = 0.0

    def of(self, plan: Plan, facts: ClipFacts) -> Plan:
        """The same plan for this part of the clip."""
        if not self.start_seconds:
            return plan
        # ffmpeg counts from the start of the part. The picture that stands there may have begun before it.
        shown = f"gte(t,{self.shown_from_seconds - self.start_seconds - HALF_A_TICK_SECONDS:.6f})"
        moved = f"round({self.start_seconds:.6f}/TB)"
        source = f"0:{facts.video_index}"
        before = chain(source, [f"select='{shown}'", f"setpts='max(PTS,0)+{moved}'"], "part")
        after = chain("shown", [f"setpts='PTS-{moved}'"], "video")
        inner = plan.graph.replace(f"[{source}]", "[part]").replace("[video]", "[shown]")
        return replace(plan, graph=";".join([before, inner, after]))


def stretch_of(
    path: Any, facts: ClipFacts, trim: dict[str, float] | None, *, sold_duration_ms: int, deadline: float
) -> Stretch:
    """What a trim, if there is one, leaves of the clip at `path`. Raises TooSlow."""
    if trim is None:
        return Stretch(min(sold_duration_ms, facts.duration_ms), facts.last_picture_ms)
    start_seconds = trim["start_seconds"]
    length_ms = min(sold_duration_ms, round((trim["end_seconds"] - start_seconds) * 1000))
    first, last = _pictures(path, facts, start_seconds, start_seconds + length_ms / 1000, deadline)
    last_picture_ms = max(0, round((last - start_seconds) * 1000))
    return Stretch(length_ms, last_picture_ms, start_seconds, min(first, start_seconds))


def _pictures(
    path: Any, facts: ClipFacts, start_seconds: float, end_seconds: float, deadline: float
) -> tuple[float, float]:
    """When the picture begins that is shown at the start, and the last one before the end."""
    first = last = start_seconds
    found_first = found_last = float("-inf")
    with probe.open_clip(path, max(0.0, deadline - time.monotonic())) as container:
        stream = container.streams[facts.video_index]
        zero = Fraction(container.start_time or 0, av.time_base)
        for packet in container.demux(stream):
            if time.monotonic() > deadline:
                raise TooSlow(0)
            if packet.pts is None or packet.is_discard:
                continue
            seconds = float(packet.pts * packet.time_base - zero)
            if seconds <= start_seconds + HALF_A_TICK_SECONDS:
                found_first = max(found_first, seconds)
            if seconds < end_seconds - HALF_A_TICK_SECONDS:
                found_last = max(found_last, seconds)
    first = found_first if found_first > float("-inf") else first
    last = found_last if found_last > float("-inf") else last
    return first, last
