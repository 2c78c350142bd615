"""Checks an exported wallet anywhere, with nothing but Python: `python verify.py [user.sqlite3]`.

Prints "ok" and exits 0 when the file is whole, the balance is the sum of the ledger, every running balance and every
link of the hash chain is right, and no job got back more than it took.
"""

import hashlib
import json
import sqlite3
import sys
from pathlib import Path

HASHED = (
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


def faults_of(db: sqlite3.Connection) -> list[str]:
    if db.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        return ["the file is damaged"]
    found = []
    balance, link = 0, "0" * 64
    for line in db.execute("SELECT * FROM ledger ORDER BY id"):
        balance += line["change_cents"]
        text = json.dumps([link, *(line[name] for name in HASHED)], ensure_ascii=False, separators=(",", ":"))
        link = hashlib.sha256(text.encode()).hexdigest()
        if line["balance_after_cents"] != balance:
            found.append(f"line {line['id']}: the running balance is wrong")
        if line["hash"] != link:
            found.append(f"line {line['id']}: the hash chain is broken")
            break
    stored = db.execute("SELECT (SELECT balance_cents FROM wallet)").fetchone()[0]
    if not found and stored != balance:
        found.append(f"the balance is {stored}, the ledger's sum {balance}")
    for job in db.execute("SELECT * FROM debits WHERE refunded_cents NOT BETWEEN 0 AND cost_cents"):
        found.append(f"job {job['job_id']}: {job['refunded_cents']} of {job['cost_cents']} were returned")
    return found


def main() -> int:
    path = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("user.sqlite3"))
    try:
        db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        db.row_factory = sqlite3.Row
        faults = faults_of(db)
        db.close()
    except sqlite3.DatabaseError as error:
        faults = [f"{path}: {error}"]
    print("\n".join(faults) or "ok")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
