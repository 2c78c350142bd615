"""Two more movements: `transfer` between the files of a merge, and a `bonus` taken back.

SQLite changes a CHECK by making the table anew. By hand, in one go: Django's own operations would do it four times,
and would forget which ids an adopted ledger has used up. The guards step aside and come back (user_db/statements.py).
"""

from django.db import migrations, models
from django.db.models import Q

REASONS = ["topup", "debit", "refund", "bonus", "reversal", "restore", "adjustment", "transfer"]

COLUMNS = (
    '"id", "change_cents", "reason", "job_id", "stripe_payment_id", "created_at", "balance_after_cents", '
    '"reference", "actor", "note", "hash"'
)
REMAKE = [
    f"""CREATE TABLE "new__ledger" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    "change_cents" bigint NOT NULL, "reason" text NOT NULL, "job_id" text NULL, "stripe_payment_id" text NULL,
    "created_at" datetime NOT NULL, "balance_after_cents" bigint NOT NULL, "reference" text NOT NULL UNIQUE,
    "actor" text NOT NULL, "note" text NOT NULL, "hash" text NOT NULL,
    CONSTRAINT "ledger_line_moves_something" CHECK (NOT ("change_cents" = 0)),
    CONSTRAINT "ledger_no_overspend" CHECK ((NOT ("reason" = 'debit') OR "balance_after_cents" >= 0)),
    CONSTRAINT "ledger_reason_is_known" CHECK ("reason" IN ({", ".join(f"'{reason}'" for reason in REASONS)})),
    CONSTRAINT "ledger_sign_fits_reason" CHECK ((
        ("change_cents" > 0 AND "reason" IN ('topup', 'refund', 'restore'))
        OR ("change_cents" < 0 AND "reason" IN ('debit', 'reversal'))
        OR "reason" IN ('bonus', 'adjustment', 'transfer'))))""",
    f'INSERT INTO "new__ledger" ({COLUMNS}) SELECT {COLUMNS} FROM "ledger" ORDER BY "id"',  # noqa: S608
    # An id is never given twice, those that an adopted ledger had used up included.
    """DELETE FROM sqlite_sequence WHERE name = 'new__ledger'""",
    """INSERT INTO sqlite_sequence (name, seq) SELECT 'new__ledger', seq FROM sqlite_sequence WHERE name = 'ledger'""",
    'DROP TABLE "ledger"',
    'ALTER TABLE "new__ledger" RENAME TO "ledger"',
    'CREATE INDEX "ledger_job" ON "ledger" ("job_id")',
]

SIGNS = (
    Q(reason__in=["topup", "refund", "restore"], change_cents__gt=0)
    | Q(reason__in=["debit", "reversal"], change_cents__lt=0)
    | Q(reason__in=["bonus", "adjustment", "transfer"])
)
REASON_WORDS = [
    ("topup", "Credits bought"),
    ("debit", "Export"),
    ("refund", "Export refunded"),
    ("bonus", "Bonus"),
    ("reversal", "Payment refunded or disputed"),
    ("restore", "Payment given back"),
    ("adjustment", "Opening adjustment"),
    ("transfer", "Moved between wallets"),
]


class Migration(migrations.Migration):
    dependencies = [("wallet", "0003_no_replacing")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(REMAKE, migrations.RunSQL.noop)],
            state_operations=[
                migrations.AlterField("ledgerentry", "reason", models.TextField(choices=REASON_WORDS)),
                migrations.RemoveConstraint("ledgerentry", "ledger_reason_is_known"),
                migrations.RemoveConstraint("ledgerentry", "ledger_sign_fits_reason"),
                migrations.AddConstraint(
                    "ledgerentry",
                    models.CheckConstraint(condition=Q(reason__in=REASONS), name="ledger_reason_is_known"),
                ),
                migrations.AddConstraint(
                    "ledgerentry", models.CheckConstraint(condition=SIGNS, name="ledger_sign_fits_reason")
                ),
            ],
        )
    ]
