"""What the database refuses of a wallet that became part of another one, and of a bonus taken back."""

from django.db import migrations

# A trigger cannot look at a commit, a deferred foreign key can: the column is NULL while the wallet is open, and one
# more than the balance once it is closed. The only wallet row there is has the id 1.
CLOSED_IS_EMPTY = (
    "ALTER TABLE wallet ADD COLUMN closed_is_empty INTEGER GENERATED ALWAYS AS"
    " (CASE WHEN closed_into IS NOT NULL THEN balance_cents + 1 END) VIRTUAL"
    " REFERENCES wallet (id) DEFERRABLE INITIALLY DEFERRED"
)

IS_CLOSED = "(SELECT closed_into FROM wallet WHERE id = 1) IS NOT NULL"

TRIGGERS = {
    "wallet_stays_closed": """
        BEFORE UPDATE OF closed_into ON wallet
        WHEN OLD.closed_into IS NOT NULL AND NEW.closed_into IS NOT OLD.closed_into
        BEGIN
            SELECT RAISE(ABORT, 'a closed wallet stays closed');
        END""",
    "closed_wallet_spends_nothing": f"""
        BEFORE INSERT ON ledger
        WHEN {IS_CLOSED} AND (NEW.reason = 'debit' OR (NEW.reason = 'bonus' AND NEW.change_cents > 0))
        BEGIN
            SELECT RAISE(ABORT, 'this wallet is closed');
        END""",
    "transfers_go_out_of_closed_wallets": f"""
        BEFORE INSERT ON ledger
        WHEN NEW.reason = 'transfer' AND NOT CASE WHEN {IS_CLOSED}
            THEN NEW.reference GLOB 'transfer:?*:[0-9]*:out'
            ELSE NEW.reference GLOB 'transfer:?*:[0-9]*:in' END
        BEGIN
            SELECT RAISE(ABORT, 'a transfer goes out of a closed wallet into an open one');
        END""",
    "bonus_is_taken_back_once": """
        BEFORE INSERT ON ledger
        WHEN NEW.reason = 'bonus' AND NEW.change_cents < 0 AND NOT EXISTS (
            SELECT 1 FROM ledger WHERE reason = 'bonus' AND change_cents >= -NEW.change_cents
            AND NEW.reference = reference || ':back')
        BEGIN
            SELECT RAISE(ABORT, 'no more of a bonus is taken back than was given');
        END""",
}


class Migration(migrations.Migration):
    dependencies = [("wallet", "0005_closed_into")]

    operations = [
        migrations.RunSQL([CLOSED_IS_EMPTY], ["ALTER TABLE wallet DROP COLUMN closed_is_empty"]),
        *(
            migrations.RunSQL([f"CREATE TRIGGER {name} {body}"], [f"DROP TRIGGER {name}"])
            for name, body in TRIGGERS.items()
        ),
    ]
