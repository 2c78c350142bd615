"""What the worker does for accounts."""

from collections.abc import Callable
from typing import Any

from accounts import codes, entering, merge

LOOPS: tuple[tuple[str, Callable[[], Any], float], ...] = (
    ("old codes", codes.prune, 3600),
    ("merges", merge.work_off, 5),
    ("accounts in files", entering.note_in_files, 24 * 3600),
    ("closed wallets", merge.sweep, 24 * 3600),
)
