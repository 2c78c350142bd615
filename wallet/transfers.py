"""Two wallets become one: what a closed wallet sends on, and what arrives in the account's. See docs/accounts.md.

`transfer:<source>:<n>:out` in the source's file and `transfer:<source>:<n>:in` in the target's are one movement. The
out-line is written in the transaction that put the money there, so the source is empty at every commit; the in-line
follows, as often as anybody asks. Two files cannot commit together: what has left and has not arrived is in flight.
"""

from reelballers.user_db import user_db, user_transaction
from wallet import ledger
from wallet.errors import Conflict, WalletFrozen, WalletInDebt
from wallet.models import LedgerEntry, Reason, Wallet


def close_into(*, source_id: str, target_id: str) -> None:
    """Closes the source for ever and sends on what it holds; again is harmless.

    Raises WalletFrozen, WalletInDebt, Conflict (closed into another).
    """
    assert source_id != target_id, source_id
    with user_transaction(source_id):
        wallet = Wallet.objects.get()
        if wallet.closed_into is None:
            if wallet.is_frozen:
                raise WalletFrozen
            if wallet.debt_cents:
                raise WalletInDebt(debt_cents=wallet.debt_cents)
            Wallet.objects.update(closed_into=target_id)
        elif wallet.closed_into != target_id:
            raise Conflict(reference="closed_into", field="target", first=wallet.closed_into, now=target_id)
        ledger.send_on()


def deliver(source_id: str) -> int:
    """Writes what has left a closed source and has not arrived in its target; returns how many lines."""
    with user_db(source_id):
        target_id = Wallet.objects.get().closed_into
        sent = {} if target_id is None else lines(source_id, "out")
    if target_id is None:
        return 0
    with user_db(target_id):
        missing = sent.keys() - lines(source_id, "in").keys()
    if not missing:
        return 0
    with user_transaction(target_id):
        for number in sorted(missing):
            ledger.transfer(source_id=source_id, number=number, way="in", change_cents=-sent[number])
    return len(missing)


def lines(source_id: str, way: str) -> dict[int, int]:
    """Number → cents of a source's transfers, out of it or into the file that is open."""
    found = LedgerEntry.objects.filter(reason=Reason.TRANSFER, reference__startswith=f"transfer:{source_id}:")
    parts = [(line.reference.split(":"), line.change_cents) for line in found]
    return {int(number): cents for (_, _, number, its_way), cents in parts if its_way == way}
