"""Proves one wallet from its own file: nothing is trusted that can be counted again."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reelballers.user_db import schema
from wallet.lines import GENESIS_HASH, line_hash
from wallet.shared.models import PaymentIndex

RESTORE = "restore this user from the backup (docs/user-databases.md)"
FREEZE = "freeze the wallet and compare the file with its backup"
ASK_STRIPE = "freeze the wallet and run `manage.py reconcile`"
REINDEX = "run `manage.py user_db reindex`"
DELIVER = (
    "start the worker: it delivers what left a closed wallet; if it stays, compare both with their backups"
)
MIGRATE = "run `manage.py migrate_users`"


IN_FLIGHT = timedelta(minutes=10)


@dataclass(frozen=True)
class Fault:
    what: str
    remedy: str


def wallet_faults(db: sqlite3.Connection) -> Iterator[Fault]:
    """What is wrong in one file, from its pages to its reversals; the first group that fails hides the next."""
    damage = [row[0] for row in db.execute("PRAGMA quick_check(5)") if row[0] != "ok"]
    if damage:
        yield Fault(f"the file is damaged: {'; '.join(damage)}", RESTORE)
        return
    version = schema.stamp_of(db).version
    if version < schema.current_version():
        yield Fault(f"the schema is at version {version} of {schema.current_version()}", MIGRATE)
        return
    yield from _balance_faults(db)
    yield from _closed_faults(db)
    yield from chain_faults(db)
    yield from _debit_faults(db)
    yield from _topup_faults(db)


def index_faults(db: sqlite3.Connection, user_id: str) -> Iterator[Fault]:
    """Paid top-ups that the payment index does not know: a refund of theirs would find no owner."""
    paid = {row["id"] for row in db.execute("SELECT id FROM topups WHERE status = 'paid'")}
    if not paid:
        return
    indexed = set(PaymentIndex.objects.filter(user_id=user_id).values_list("topup_id", flat=True))
    for topup_id in sorted(paid - indexed):
        yield Fault(f"top-up {topup_id} is paid but not in the payment index", REINDEX)


def merge_faults(db: sqlite3.Connection, user_id: str, target: sqlite3.Connection) -> Iterator[Fault]:
    """Of a closed wallet and its account's file: what left is what arrived, by number and amount.

    What left within the last ten minutes may be on its way.
    """
    sent, arrived = _transfers(db, user_id, "out"), _transfers(target, user_id, "in")
    since = (datetime.now(UTC) - IN_FLIGHT).strftime("%Y-%m-%d %H:%M:%S")
    for number in sorted(sent.keys() | arrived.keys()):
        out_cents, at = sent.get(number, (0, ""))
        in_cents = arrived.get(number, (0, ""))[0]
        if number not in arrived and at > since:
            continue
        if out_cents != -in_cents:
            yield Fault(f"transfer {number}: {-out_cents} left, {in_cents} arrived in the account", DELIVER)


def _transfers(db: sqlite3.Connection, source_id: str, way: str) -> dict[int, tuple[int, str]]:
    sql = "SELECT reference, change_cents, created_at FROM ledger WHERE reason = 'transfer' AND reference GLOB ?"
    rows = db.execute(sql, (f"transfer:{source_id}:*:{way}",))
    return {int(reference.split(":")[2]): (cents, at) for reference, cents, at in rows}


def _closed_faults(db: sqlite3.Connection) -> Iterator[Fault]:
    for balance_cents, closed_into in db.execute("SELECT balance_cents, closed_into FROM wallet"):
        if closed_into is not None and balance_cents:
            yield Fault(f"the wallet is closed and holds {balance_cents}", FREEZE)


def _balance_faults(db: sqlite3.Connection) -> Iterator[Fault]:
    wallets = db.execute("SELECT balance_cents FROM wallet").fetchall()
    if len(wallets) != 1:
        yield Fault(f"there are {len(wallets)} wallet rows, not one", RESTORE)
        return
    summed = db.execute("SELECT COALESCE(SUM(change_cents), 0) FROM ledger").fetchone()[0]
    if wallets[0][0] != summed:
        yield Fault(f"the balance is {wallets[0][0]}, the ledger's sum {summed}", FREEZE)


def chain_faults(db: sqlite3.Connection) -> Iterator[Fault]:
    """Running balances and hashes; after the first break every later line would differ too, so it stops there."""
    balance_cents, previous_hash = 0, GENESIS_HASH
    for line in db.execute("SELECT * FROM ledger ORDER BY id"):
        balance_cents += line["change_cents"]
        if line["balance_after_cents"] != balance_cents:
            after_cents = line["balance_after_cents"]
            yield Fault(f"line {line['id']} says {after_cents} after it, the sum is {balance_cents}", FREEZE)
            return
        previous_hash = line_hash(previous_hash, line)
        if line["hash"] != previous_hash:
            yield Fault(f"the hash chain breaks at line {line['id']}: it or one before was altered", FREEZE)
            return


def _debit_faults(db: sqlite3.Connection) -> Iterator[Fault]:
    """Per job: the debits row says what its debit and refund lines say."""
    taken, returned = _sums(db, "debit", "-change_cents"), _sums(db, "refund", "change_cents")
    rows = {row["job_id"]: row for row in db.execute("SELECT * FROM debits")}
    for job_id in sorted(taken.keys() | returned.keys() | rows.keys()):
        lines_cents = (taken.get(job_id, 0), returned.get(job_id, 0))
        row = rows.get(job_id)
        row_cents = (row["cost_cents"], row["refunded_cents"]) if row else (0, 0)
        if lines_cents != row_cents:
            yield Fault(
                f"job {job_id}: the ledger took {lines_cents[0]} and returned {lines_cents[1]}, "
                f"the debits row says {row_cents[0]} and {row_cents[1]}",
                FREEZE,
            )
    nameless = "SELECT id FROM ledger WHERE reason IN ('debit', 'refund') AND job_id IS NULL"
    # What an adopted file took without naming a job cannot be matched any more; its reference says so.
    for line in db.execute(f"{nameless} AND reference NOT LIKE 'earlier:%'"):
        yield Fault(f"line {line['id']} names no job", FREEZE)


def _sums(db: sqlite3.Connection, reason: str, amount: str) -> dict[str, int]:
    sql = f"SELECT job_id, SUM({amount}) FROM ledger WHERE reason = ? AND job_id IS NOT NULL GROUP BY job_id"  # noqa: S608
    return dict(db.execute(sql, (reason,)).fetchall())


def _topup_faults(db: sqlite3.Connection) -> Iterator[Fault]:
    """Paid top-ups and topup lines are the same set; what reversals took is what their lines took."""
    # An adopted top-up may know its payment intent only.
    rows = db.execute("SELECT *, COALESCE(session_id, payment_intent_id) AS payment FROM topups").fetchall()
    paid = {f"topup:{row['payment']}": row for row in rows if row["status"] == "paid"}
    credited = dict(
        db.execute("SELECT reference, change_cents FROM ledger WHERE reference LIKE 'topup:%'").fetchall()
    )
    for reference in sorted(paid.keys() | credited.keys()):
        bought = paid[reference]["credits"] if reference in paid else 0
        if credited.get(reference, 0) != bought:
            yield Fault(
                f"{reference} credited {credited.get(reference, 0)}, paid top-ups say {bought}", ASK_STRIPE
            )
    moved: dict[str, tuple[int, int]] = {}
    for reference, change_cents in db.execute(
        "SELECT reference, change_cents FROM ledger WHERE reference LIKE 'reversal:%'"
    ):
        topup_id = reference.split(":")[1]
        count, taken_cents = moved.get(topup_id, (0, 0))
        moved[topup_id] = (count + 1, taken_cents - change_cents)
    noted = {row["id"]: (row["settled_count"], row["taken_cents"]) for row in rows if row["settled_count"]}
    for topup_id in sorted(moved.keys() | noted.keys()):
        if moved.get(topup_id) != noted.get(topup_id):
            yield Fault(
                f"top-up {topup_id}: (lines, cents) taken back are {moved.get(topup_id)} in the ledger, "
                f"{noted.get(topup_id)} in its row",
                ASK_STRIPE,
            )
