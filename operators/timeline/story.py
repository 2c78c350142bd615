"""The sources as one list, by time. A page is cut by time too, so nothing is ever left out between two pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from operators.timeline import others
from operators.timeline.line import Line
from operators.timeline.money import money
from reelballers.user_db import user_db

LINES_A_PAGE = 100
SHOWN = {"": "Everything", "money": "Money", "payment": "Payments", "job": "Exports", "operator": "Operators"}
_RANK = {"money": 0, "job": 1, "payment": 2, "operator": 3}


@dataclass(frozen=True)
class Story:
    lines: list[Line]
    older: datetime | None  # where the next page begins


def story(user_id: str, *, until: datetime | None = None, shown: str = "") -> Story:
    """What happened before `until`, newest first."""
    before = until or timezone.now() + timedelta(minutes=1)
    sources: dict[str, list[Callable[[datetime, int], list[Line]]]] = {
        "money": [money],
        "payment": [
            others.topups,
            others.refunds_and_disputes,
            lambda at, limit: others.unmatched(user_id, at, limit),
            lambda at, limit: others.waiting_events(user_id, at, limit),
        ],
        "job": [others.jobs],
        "operator": [lambda at, limit: others.acts(user_id, at, limit)],
    }
    found: list[Line] = []
    with user_db(user_id):
        for kind, readers in sources.items():
            if shown in ("", kind):
                for read in readers:
                    found += read(before, LINES_A_PAGE + 1)
    found.sort(key=lambda line: (line.at, _RANK[line.kind]), reverse=True)
    return _cut(found)


def story_with(user_id: str, mark: str, *, shown: str = "") -> Story:
    """The page on which something about `mark` stands; the newest if nothing does."""
    first = found = story(user_id, shown=shown)
    while not any(line.is_about(mark) for line in found.lines):
        if found.older is None:
            return first
        found = story(user_id, until=found.older, shown=shown)
    about = [line for line in found.lines if line.is_about(mark)]
    about[0].anchor = "marked"
    for line in about:
        line.is_marked = True
    return found


def _cut(found: list[Line]) -> Story:
    """The first hundred, and whatever happened in the same microsecond as the last of them."""
    lines = found[:LINES_A_PAGE]
    rest = found[LINES_A_PAGE:]
    while rest and rest[0].at == lines[-1].at:
        lines.append(rest.pop(0))
    return Story(lines, lines[-1].at if rest else None)
