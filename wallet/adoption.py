"""A wallet that Reel Ballers kept before: every line carried over, chained, and safe against a second credit.

Runs once in the life of a file, inside the migration's transaction (see user_db/adoption.py). Line ids stay. Where
the earlier balance and the sum of its lines differ, one `adjustment` comes first, so that the running balances are
those the visitor saw. A line that our rules would refuse (a reason we do not have, a spend below zero, more
returned than was taken) is carried over as an `adjustment` whose note says what it was.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.dateparse import parse_datetime

from reelballers.user_db.errors import UserDatabaseUnusable
from wallet.lines import GENESIS_HASH, line_hash, now_text
from wallet.models import Reason

TOPUP_PREFIX = "earlier-"
ACTOR = "earlier"
COLUMNS = ("id", "change_cents", "reason", "job_id", "stripe_payment_id", "created_at")


@dataclass
class _Adopted:
    """What the lines read so far add up to."""

    balance_cents: int = 0
    last_hash: str = GENESIS_HASH
    last_at: str = ""
    taken: dict[str, int] = field(default_factory=dict)
    returned: dict[str, int] = field(default_factory=dict)
    paid: dict[str, dict[str, Any]] = field(default_factory=dict)


def adopt(raw: sqlite3.Connection) -> None:
    """Fills our empty tables from earlier_wallet and earlier_ledger."""
    earlier = list(_earlier_lines(raw))
    summed_cents = sum(line["change_cents"] for line in earlier)
    wallet = raw.execute("SELECT balance_cents, updated_at FROM earlier_wallet WHERE id = 1").fetchone()
    balance_cents = summed_cents if wallet is None or wallet[0] is None else wallet[0]
    so_far = _Adopted(last_at=_first_time(earlier))
    if balance_cents != summed_cents:
        _write(raw, so_far, _opening_line(earlier, balance_cents - summed_cents))
    for line in earlier:
        if line["change_cents"]:  # a line that moved nothing stays in earlier_ledger only
            _write(raw, so_far, line)
    _write_debits(raw, so_far)
    _write_topups(raw, so_far)
    raw.execute(
        "UPDATE wallet SET updated_at = ? WHERE id = 1", (_utc_text(wallet and wallet[1]) or so_far.last_at,)
    )
    # AUTOINCREMENT never gives an id twice, those of deleted earlier lines included.
    raw.execute(
        "UPDATE sqlite_sequence SET seq = max(seq, (SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence"
        " WHERE name = 'earlier_ledger')) WHERE name = 'ledger'"
    )


def _earlier_lines(raw: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for row in raw.execute(f"SELECT {', '.join(COLUMNS)} FROM earlier_ledger ORDER BY id"):  # noqa: S608
        line = dict(zip(COLUMNS, row, strict=True))
        if not isinstance(line["change_cents"], int):
            raise UserDatabaseUnusable(
                f"earlier ledger line {line['id']} changes by {line['change_cents']!r}, not whole cents"
            )
        yield line


def _opening_line(earlier: list[dict[str, Any]], change_cents: int) -> dict[str, Any]:
    return {
        "id": min(line["id"] for line in earlier) - 1 if earlier else 1,
        "change_cents": change_cents,
        "reason": Reason.ADJUSTMENT.value,
        "job_id": None,
        "stripe_payment_id": None,
        "created_at": None,
        "reference": "adjustment:opening",
        "note": "The earlier balance differed from the sum of its lines by this much.",
    }


def _write(raw: sqlite3.Connection, so_far: _Adopted, line: dict[str, Any]) -> None:
    so_far.last_at = _utc_text(line["created_at"]) or so_far.last_at
    so_far.balance_cents += line["change_cents"]
    row = {
        "note": "",
        "reference": f"earlier:{line['id']}",
        **line,
        "balance_after_cents": so_far.balance_cents,
        "created_at": so_far.last_at,
        "actor": ACTOR,
    }
    if not _fits(row, so_far):
        row.update(reason=Reason.ADJUSTMENT.value, note=f"was {line['reason']!r}")
    row["hash"] = so_far.last_hash = line_hash(so_far.last_hash, row)
    columns = list(row)
    raw.execute(
        f"INSERT INTO ledger ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})",  # noqa: S608
        [row[name] for name in columns],
    )


def _fits(row: dict[str, Any], so_far: _Adopted) -> bool:
    """Whether our rules take the line as what it says it is; then it is counted, and named if it can be."""
    change_cents, job_id, payment_id = row["change_cents"], row["job_id"], row["stripe_payment_id"]
    is_purchase = row["reason"] == Reason.TOPUP or row["reason"] not in Reason.values
    if is_purchase and change_cents > 0 and payment_id:
        if row["reason"] != Reason.TOPUP:
            row.update(reason=Reason.TOPUP.value, note=f"was {row['reason']!r}")
        if payment_id not in so_far.paid:
            row["reference"] = f"topup:{payment_id}"
            so_far.paid[payment_id] = row
        return True
    if row["reason"] == Reason.DEBIT:
        if change_cents > 0 or row["balance_after_cents"] < 0:
            return False
        if job_id:
            row["reference"] = f"earlier:{row['id']}" if job_id in so_far.taken else f"debit:{job_id}"
            so_far.taken[job_id] = so_far.taken.get(job_id, 0) - change_cents
        return True
    if row["reason"] == Reason.REFUND and job_id:
        returned_cents = so_far.returned.get(job_id, 0) + change_cents
        if change_cents < 0 or returned_cents > so_far.taken.get(job_id, 0):
            return False
        so_far.returned[job_id] = returned_cents
        return True
    if row["reason"] == Reason.REVERSAL:
        return change_cents < 0
    if row["reason"] == Reason.TRANSFER:
        return False  # ours have a pair in another file
    return row["reason"] == Reason.ADJUSTMENT or (row["reason"] in Reason.values and change_cents > 0)


def _write_debits(raw: sqlite3.Connection, so_far: _Adopted) -> None:
    """A debit repeated for an earlier job answers as the first time and takes nothing."""
    raw.executemany(
        "INSERT INTO debits (job_id, cost_cents, refunded_cents) VALUES (?, ?, ?)",
        [(job_id, cents, so_far.returned.get(job_id, 0)) for job_id, cents in so_far.taken.items()],
    )


def _write_topups(raw: sqlite3.Connection, so_far: _Adopted) -> None:
    """A paid top-up for each earlier payment: Stripe may tell it again, refund it or see it disputed."""
    for payment_id, row in so_far.paid.items():
        is_session = payment_id.startswith("cs_")
        is_live = payment_id.startswith("cs_live_") if is_session else settings.STRIPE_LIVE_MODE
        raw.execute(
            "INSERT INTO topups (id, status, credits, currency, livemode, session_id, payment_intent_id, paid_cents,"
            " taken_cents, settled_count, created_at, paid_at) VALUES (?, 'paid', ?, 'usd', ?, ?, ?, ?, 0, 0, ?, ?)",
            (
                TOPUP_PREFIX + hashlib.sha256(payment_id.encode()).hexdigest()[:16],
                row["change_cents"],
                is_live,
                payment_id if is_session else None,
                None if is_session else payment_id,
                row["change_cents"],
                row["created_at"],
                row["created_at"],
            ),
        )


def _first_time(earlier: list[dict[str, Any]]) -> str:
    """For lines without a readable time: the first one that has it, else now."""
    return next((text for line in earlier if (text := _utc_text(line["created_at"]))), now_text())


def _utc_text(value: Any) -> str | None:
    """A time in any usual notation as Django stores it on SQLite; None if it cannot be read."""
    text = str(value or "").strip()
    try:
        at = (
            datetime.fromtimestamp(float(text), UTC)
            if text.replace(".", "", 1).isdigit()
            else parse_datetime(text)
        )
    except (ValueError, OverflowError, OSError):
        return None
    if at is None:
        return None
    if at.tzinfo is not None:
        at = at.astimezone(UTC).replace(tzinfo=None)
    return at.isoformat(sep=" ", timespec="microseconds")
