"""Is this file, or this copy of it, all it says it is?"""

import sqlite3
from pathlib import Path

from exports.audit import job_faults
from operators.user_files.audit import audit_user
from reelballers.user_db import look_at
from wallet.audit import RESTORE, Fault, wallet_faults


def faults_of(user_id: str, copy: Path | None = None) -> list[Fault]:
    """Of the user's file with its indexes, or of a copy by itself."""
    if copy is None:
        return audit_user(user_id)[0]
    return faults_of_copy(copy)


def faults_of_copy(copy: Path) -> list[Fault]:
    try:
        with look_at(copy) as db:
            return list(wallet_faults(db)) or list(job_faults(db))
    except sqlite3.DatabaseError as error:
        return [Fault(f"the file cannot be read: {error}", RESTORE)]
