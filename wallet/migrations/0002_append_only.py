"""What the database itself refuses, whoever asks: the ledger is append-only and the balance is its sum."""

from django.db import migrations

WALLET_ROW = "INSERT OR IGNORE INTO wallet (id, balance_cents, is_frozen, updated_at) VALUES (1, 0, 0, NULL)"

TRIGGERS = {
    "ledger_refuses_update": """
        BEFORE UPDATE ON ledger BEGIN
            SELECT RAISE(ABORT, 'the ledger is append-only: correct a line with a new one');
        END""",
    "ledger_refuses_delete": """
        BEFORE DELETE ON ledger BEGIN
            SELECT RAISE(ABORT, 'the ledger is append-only: correct a line with a new one');
        END""",
    "ledger_keeps_running_balance": """
        BEFORE INSERT ON ledger
        WHEN NEW.balance_after_cents IS NOT (SELECT balance_cents FROM wallet WHERE id = 1) + NEW.change_cents
        BEGIN
            SELECT RAISE(ABORT, 'balance_after_cents is not the balance plus the change');
        END""",
    "ledger_moves_the_balance": """
        AFTER INSERT ON ledger BEGIN
            UPDATE wallet SET balance_cents = NEW.balance_after_cents, updated_at = NEW.created_at WHERE id = 1;
        END""",
    "wallet_balance_is_the_ledgers": """
        BEFORE UPDATE OF balance_cents ON wallet
        WHEN NEW.balance_cents IS NOT
            COALESCE((SELECT balance_after_cents FROM ledger ORDER BY id DESC LIMIT 1), 0)
        BEGIN
            SELECT RAISE(ABORT, 'the balance moves by ledger lines only');
        END""",
    "wallet_refuses_delete": """
        BEFORE DELETE ON wallet BEGIN
            SELECT RAISE(ABORT, 'a wallet is not deleted');
        END""",
    "debit_keeps_its_cost": """
        BEFORE UPDATE ON debits
        WHEN NEW.job_id IS NOT OLD.job_id OR NEW.cost_cents IS NOT OLD.cost_cents
            OR NEW.refunded_cents < OLD.refunded_cents
        BEGIN
            SELECT RAISE(ABORT, 'a debit changes by growing refunds only');
        END""",
    "debit_refuses_delete": """
        BEFORE DELETE ON debits BEGIN
            SELECT RAISE(ABORT, 'a debit is not deleted');
        END""",
}


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_initial")]

    operations = [
        migrations.RunSQL([WALLET_ROW], migrations.RunSQL.noop),
        *(
            migrations.RunSQL([f"CREATE TRIGGER {name} {body}"], [f"DROP TRIGGER {name}"])
            for name, body in TRIGGERS.items()
        ),
    ]
