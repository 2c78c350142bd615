"""The pool has its descriptors wherever the process was started."""

import resource
from collections.abc import Iterator

import pytest
from django.conf import settings

from reelballers.user_db import descriptors


@pytest.fixture
def hard_limit() -> Iterator[int]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield before[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_low_limit_is_raised(hard_limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard_limit))
    descriptors.raise_limit()
    wanted = 3 * settings.USER_DB_CONNECTIONS + 512
    allowed = wanted if hard_limit == resource.RLIM_INFINITY else min(wanted, hard_limit)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= allowed


def test_a_high_limit_stays(hard_limit: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard_limit, hard_limit))
    descriptors.raise_limit()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard_limit
