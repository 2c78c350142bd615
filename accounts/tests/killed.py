"""Kills the process, as it were, right after its n-th commit, whichever database that was on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.transaction import Atomic

_exit = Atomic.__exit__


class Killed(BaseException):
    pass


@contextmanager
def killed_after(commits: int) -> Iterator[None]:
    """Does nothing if there are fewer commits than that."""
    left = commits

    def leave(self: Atomic, kind: Any, value: Any, trace: Any) -> None:
        nonlocal left
        is_outermost = len(connections[self.using].atomic_blocks) == 1
        _exit(self, kind, value, trace)
        if kind is None and is_outermost:
            left -= 1
            if left == 0:
                raise Killed

    Atomic.__exit__ = leave  # type: ignore[method-assign]
    try:
        yield
    except Killed:
        pass
    finally:
        Atomic.__exit__ = _exit  # type: ignore[method-assign]
