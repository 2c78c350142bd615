"""While one file takes another's place nobody opens or closes either: SQLite finds their logs by name."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from operators.user_files.export import export
from reelballers.user_db import look, user_db
from reelballers.user_db import pool as pools
from reelballers.user_db.fence import exclusive_fence


def _look(user_id: str, tmp_path: Path, now: Callable[[], None]) -> None:
    with look(user_id):
        now()


def _open(user_id: str, tmp_path: Path, now: Callable[[], None]) -> None:
    now()
    with user_db(user_id):
        pass


def _close(user_id: str, tmp_path: Path, now: Callable[[], None]) -> None:
    with user_db(user_id):
        pass
    now()
    pools.pool.close_idle(user_id)


def _export(user_id: str, tmp_path: Path, now: Callable[[], None]) -> None:
    with user_db(user_id):
        now()
        export(user_id, tmp_path / "out")


@pytest.mark.parametrize("work", [_look, _open, _close, _export])
def test_it_waits_until_the_other_file_is_in_place(
    anna: str, tmp_path: Path, work: Callable[..., None]
) -> None:
    pools.pool.close_idle()
    is_there, may_go_on = threading.Event(), threading.Event()

    def now() -> None:
        is_there.set()
        may_go_on.wait(10)

    thread = threading.Thread(target=work, args=(anna, tmp_path, now))
    thread.start()
    assert is_there.wait(10)
    with exclusive_fence(anna):
        may_go_on.set()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)
    assert not thread.is_alive()
