"""INSERT OR REPLACE deletes without asking a delete trigger: what is written once is not written again."""

from django.db import migrations

TRIGGERS = {
    "ledger_refuses_a_second_line": """
        BEFORE INSERT ON ledger
        WHEN EXISTS (SELECT 1 FROM ledger WHERE reference = NEW.reference)
        BEGIN
            SELECT RAISE(ABORT, 'the ledger has a line with this reference');
        END""",
    # By now a line with the same id is gone, and the one before shows it. NEW.id is not known before the insert.
    "ledger_follows_the_line_before": """
        AFTER INSERT ON ledger
        WHEN NEW.balance_after_cents - NEW.change_cents IS NOT COALESCE(
            (SELECT balance_after_cents FROM ledger WHERE id < NEW.id ORDER BY id DESC LIMIT 1), 0)
        BEGIN
            SELECT RAISE(ABORT, 'the ledger is append-only: correct a line with a new one');
        END""",
    "wallet_refuses_a_second_row": """
        BEFORE INSERT ON wallet
        WHEN EXISTS (SELECT 1 FROM wallet)
        BEGIN
            SELECT RAISE(ABORT, 'a file has one wallet');
        END""",
    "debit_refuses_a_second_row": """
        BEFORE INSERT ON debits
        WHEN EXISTS (SELECT 1 FROM debits WHERE job_id = NEW.job_id)
        BEGIN
            SELECT RAISE(ABORT, 'a debit changes by growing refunds only');
        END""",
}


class Migration(migrations.Migration):
    dependencies = [("wallet", "0002_append_only")]

    operations = [
        migrations.RunSQL([f"CREATE TRIGGER {name} {body}"], [f"DROP TRIGGER {name}"])
        for name, body in TRIGGERS.items()
    ]
