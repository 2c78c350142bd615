"""A line of the ledger: hashed, appended, found again by its reference. Only the doors of ledger.py append one."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reelballers.user_db import sql, user_connection
from reelballers.user_db.context import is_in_transaction
from wallet.errors import Conflict

GENESIS_HASH = "0" * 64


@dataclass(frozen=True)
class Movement:
    """What a door did, or had done before: `is_new` tells which."""

    change_cents: int
    balance_cents: int
    is_new: bool


def append(
    *,
    change_cents: int,
    reason: str,
    reference: str,
    actor: str,
    job_id: str | None = None,
    stripe_payment_id: str | None = None,
    note: str = "",
) -> Movement:
    """Appends one line; the table's triggers move the balance with it. Raises RuntimeError outside a transaction."""
    if not is_in_transaction(user_connection()):
        raise RuntimeError("money moves inside a user transaction only")
    last = sql.row("SELECT balance_after_cents, hash FROM ledger ORDER BY id DESC LIMIT 1") or (
        0,
        GENESIS_HASH,
    )
    line = {
        "change_cents": change_cents,
        "reason": reason,
        "job_id": job_id,
        "stripe_payment_id": stripe_payment_id,
        "created_at": now_text(),
        "balance_after_cents": last[0] + change_cents,
        "reference": reference,
        "actor": actor,
        "note": note,
    }
    line["hash"] = line_hash(last[1], line)
    sql.run(
        "INSERT INTO ledger (change_cents, reason, job_id, stripe_payment_id, created_at, balance_after_cents,"
        " reference, actor, note, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *line.values(),
    )
    return Movement(change_cents, line["balance_after_cents"], is_new=True)


def repeat(reference: str, amount_cents: int) -> Movement | None:
    """The movement of a reference already written, or None. Raises Conflict if it had another amount."""
    if not is_written(reference):
        return None
    done = done_before(reference)
    if done.change_cents != amount_cents:
        raise Conflict(reference=reference, field="amount_cents", first=done.change_cents, now=amount_cents)
    return done


def is_written(reference: str) -> bool:
    return sql.row("SELECT 1 FROM ledger WHERE reference = ?", reference) is not None


def done_before(reference: str) -> Movement:
    row = sql.row("SELECT change_cents, balance_after_cents FROM ledger WHERE reference = ?", reference)
    assert row is not None, reference
    return Movement(row[0], row[1], is_new=False)


def line_hash(previous_hash: str, line: dict[str, Any]) -> str:
    """SHA-256 over the line before and every column of this one but its id and hash, as canonical JSON."""
    fields = [
        line[name]
        for name in (
            "change_cents",
            "balance_after_cents",
            "reason",
            "reference",
            "job_id",
            "stripe_payment_id",
            "actor",
            "note",
            "created_at",
        )
    ]
    text = json.dumps([previous_hash, *fields], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def now_text() -> str:
    """The present as Django's DateTimeField stores it on SQLite."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
