"""Fixtures of the tests that cross apps."""

import io
import logging
from collections.abc import Iterator

import pytest

from reelballers.logs import Redacting


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What our one handler writes."""
    handlers = [each for each in logging.getLogger().handlers if isinstance(each.formatter, Redacting)]
    stream = io.StringIO()
    before = handlers[0].setStream(stream)
    yield stream
    handlers[0].setStream(before)
