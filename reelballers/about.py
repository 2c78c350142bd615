"""What a log line is about: which request, whose, which job. Set around work; read by whatever logs in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_facts: ContextVar[dict[str, str]] = ContextVar("facts")


@contextmanager
def about(**facts: str) -> Iterator[None]:
    token = _facts.set({**known_facts(), **facts})
    try:
        yield
    finally:
        _facts.reset(token)


def known_facts() -> dict[str, str]:
    return _facts.get({})
