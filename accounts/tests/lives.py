"""Random lives of two guests and an account: payments, refunds, exports, merges, kills, copies and restores."""

import itertools
import random
import shutil
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts import merge
from accounts.errors import MergeRefused
from accounts.tests.killed import killed_after
from operators.user_files.audit import audit_user
from operators.user_files.restore import restore
from reelballers.user_db import user_db, user_db_path
from reelballers.user_db.copies import copy_of
from tests.cast.payments import open_topup, paid, refund_of
from wallet import ledger
from wallet.errors import InsufficientFunds, WalletClosed
from wallet.models import Wallet
from wallet.moving import moving
from wallet.payments.fulfil import fulfil
from wallet.payments.reversals import apply_refund
from wallet.shared.models import Merge, PaymentIndex, TransferDue

MAX_KILLED_AT = 9


def balance_of(user_id: str) -> int:
    with user_db(user_id):
        return Wallet.objects.get().balance_cents


def work_off() -> None:
    """The worker, at any time later: every wake-up row is due, and old."""
    now = timezone.now()
    TransferDue.objects.update(next_attempt_at=now, created_at=now - 2 * merge.KEPT_FOR)
    merge.work_off(limit=1000)


class Life:
    def __init__(self, seed: int, guests: list[str], account: str, folder: Path) -> None:
        self.dice, self.guests, self.account, self.folder = random.Random(seed), guests, account, folder
        self.everybody = [*guests, account]
        self.numbers = itertools.count()
        self.owed = 0
        self.told: dict[str, list[Any]] = {
            user_id: [] for user_id in self.everybody
        }  # what Stripe tells again
        self.sessions: dict[str, list[dict[str, Any]]] = {user_id: [] for user_id in self.everybody}
        self.copies: dict[str, list[tuple[Path, int]]] = {user_id: [] for user_id in self.everybody}
        for user_id in self.everybody:
            for _ in range(3):  # opened before a merge, perhaps paid after it
                cents = self.dice.randrange(50, 500)
                self.sessions[user_id].append(paid(open_topup(user_id, cents)))

    def play(self, steps: int) -> None:
        for _ in range(steps):
            act = self.dice.choices(
                [self.pay, self.refund, self.spend, self.merge, self.copy, self.restore, work_off],
                [4, 3, 2, 3, 1, 2, 3],
            )[0]
            act()
            self.check_closed()
        work_off()
        work_off()

    def pay(self) -> None:
        user_id = self.dice.choice(self.everybody)
        if self.sessions[user_id]:
            session = self.sessions[user_id].pop()
            self.owed += session["amount_subtotal"]
            self._tell(user_id, lambda: fulfil(session))
            self.told[user_id].append((session, None))

    def refund(self) -> None:
        user_id = self.dice.choice(self.everybody)
        unrefunded = [entry for entry in self.told[user_id] if entry[1] is None]
        if not unrefunded:
            return
        entry = self.dice.choice(unrefunded)
        cents = self.dice.randrange(1, entry[0]["amount_subtotal"] + 1)
        refund = refund_of(entry[0], cents)
        self.told[user_id][self.told[user_id].index(entry)] = (entry[0], refund)
        self.owed -= cents
        self._tell(user_id, lambda: self._take_back(entry[0], refund))

    def spend(self) -> None:
        """An export that fails: what it took comes back, at once or after the wallet was closed."""
        user_id, job_id = self.dice.choice(self.everybody), f"job{next(self.numbers)}"
        try:
            with moving(user_id):
                ledger.debit(job_id=job_id, cost_cents=self.dice.randrange(1, 40))
        except (InsufficientFunds, WalletClosed):
            return
        if self.dice.random() < 0.3 and user_id != self.account:
            self._merge(user_id)

        def end() -> None:
            with moving(user_id):
                ledger.refund_rest(job_id=job_id)

        self._tell(user_id, end)
        self.copies = {each: [] for each in self.everybody}  # a copy from within would owe the export

    def merge(self) -> None:
        self._merge(self.dice.choice(self.guests))

    def _merge(self, source_id: str) -> None:
        try:
            with killed_after(self.dice.randrange(1, MAX_KILLED_AT)):
                merge.merge(source_id=source_id, target_id=self.account)
        except MergeRefused:
            pass

    def copy(self) -> None:
        user_id = self.dice.choice(self.everybody)
        path = self.folder / f"{next(self.numbers)}.sqlite3"
        copy_of(user_db_path(user_id), path)
        self.copies[user_id].append((path, len(self.told[user_id])))

    def restore(self) -> None:
        user_id = self.dice.choice(self.everybody)
        if not self.copies[user_id]:
            return
        work_off()  # an operator waits until nothing is in flight
        path, _ = self.dice.choice(self.copies[user_id])
        again = self.folder / f"{next(self.numbers)}.sqlite3"
        shutil.copy(path, again)
        restore(user_id, again)
        for session, refund in self.told[user_id]:
            fulfil(session)
            if refund is not None:
                self._take_back(session, refund)

    def _take_back(self, session: dict[str, Any], refund: dict[str, Any]) -> None:
        apply_refund(PaymentIndex.objects.get(pk=session["id"]), refund)

    def _tell(self, user_id: str, act: Any) -> None:
        """Killed once or twice on the way; whoever tells does so until it is heard."""
        for _ in range(self.dice.randrange(3)):
            with killed_after(self.dice.randrange(1, MAX_KILLED_AT)):
                act()
        act()

    def check_closed(self) -> None:
        for source_id in Merge.objects.values_list("pk", flat=True):
            with user_db(source_id):
                wallet = Wallet.objects.get()
                assert wallet.closed_into is None or wallet.balance_cents == 0, source_id

    def faults(self) -> list[str]:
        found = [fault.what for user_id in self.everybody for fault in audit_user(user_id)[0]]
        total = sum(map(balance_of, self.everybody))
        if total != self.owed:
            found.append(f"the wallets hold {total}, owed is {self.owed}")
        return found
