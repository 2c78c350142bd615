"""What stays of an erased user: a signed note beside where the file was, with the closing balance and payments."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.signing import BadSignature, Signer
from django.utils import timezone

from reelballers.user_db.copies import sync_directory
from reelballers.user_db.errors import UserDatabaseUnusable
from reelballers.user_db.paths import user_directory, users_root
from reelballers.user_db.reindex import Claim
from wallet.shared.models import PaymentIndex, UnmatchedPayment

_FACTS = ("session_id", "topup_id", "payment_intent_id", "charge_id", "amount_cents", "livemode")


def path_of(user_id: str) -> Path:
    return user_directory(user_id).with_name(f"{user_id}.erased.json")


def write(
    user_id: str,
    *,
    closing_balance_cents: int | None,
    credited_topups: set[str],
    hours: list[list[Any]] | None = None,
) -> dict[str, Any]:
    """Durable when it returns; the first one stays. What was credited is nobody's case when Stripe repeats it.

    `hours`: what the wallet moved (operators/hours.py), for the books must not change with the user's going.
    """
    if (known := read(user_id)) is not None:
        return known
    facts = {
        "user_id": user_id,
        "erased_at": timezone.now().isoformat(),
        "closing_balance_cents": closing_balance_cents,
        "hours": hours,
        "payments": [
            {**payment, "was_credited": payment["topup_id"] in credited_topups}
            for payment in PaymentIndex.objects.filter(user_id=user_id).values(*_FACTS)
        ],
    }
    path = path_of(user_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    unborn = path.with_name(f".{secrets.token_hex(8)}.new")
    with unborn.open("x") as file:
        json.dump({**facts, "signature": _signature(facts)}, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unborn, path)
    sync_directory(path.parent)
    return facts


def read(user_id: str) -> dict[str, Any] | None:
    """The facts of a tombstone, None if there is none. Raises UserDatabaseUnusable if it was altered."""
    path = path_of(user_id)
    if not path.exists():
        return None
    with contextlib.suppress(ValueError):  # no JSON
        facts = json.loads(path.read_text())
        signature = facts.pop("signature", "")
        if facts.get("user_id") == user_id and _is_signed(facts, signature):
            return facts
    raise UserDatabaseUnusable(f"{path} was altered, or signed with a key that is no longer in SECRET_KEY")


def is_erased(user_id: str) -> bool:
    """Raises UserDatabaseUnusable if the tombstone was altered."""
    return read(user_id) is not None


def all_user_ids() -> Iterator[str]:
    """Everybody who was erased."""
    return user_ids_of("[0-9a-f][0-9a-f]")


def user_ids_of(shard: str) -> Iterator[str]:
    for path in sorted(users_root().glob(f"{shard}/*.erased.json")):
        yield path.name.split(".")[0]


def claims_of(user_id: str) -> Iterator[Claim]:
    """What `default` should know about the payments of someone who was erased. Raises UserDatabaseUnusable."""
    facts = read(user_id)
    assert facts is not None
    for payment in facts["payments"]:
        known = {name: payment[name] for name in _FACTS}
        erased_at = datetime.fromisoformat(facts["erased_at"])
        yield Claim(PaymentIndex(**known, user_id=facts["user_id"], erased_at=erased_at))
        if payment["was_credited"]:
            # Certain also of a case that was being credited when the user went: it is done.
            yield Claim(_closed_case(payment, facts), certain_fields=("state",))


def _closed_case(payment: dict[str, Any], facts: dict[str, Any]) -> UnmatchedPayment:
    """A paid session of an erased user looks like one for an operator; this one had its credits."""
    return UnmatchedPayment(
        session_id=payment["session_id"],
        payment_intent_id=payment["payment_intent_id"],
        claimed_user_id=facts["user_id"],
        amount_cents=payment["amount_cents"],
        currency="usd",
        why="credited before the user was erased",
        facts={},
        state=UnmatchedPayment.State.CREDITED,
        decided_by="system",
        decided_for_user_id=facts["user_id"],
    )


def _signature(facts: dict[str, Any]) -> str:
    return Signer(salt="tombstone").signature(_text(facts))


def _is_signed(facts: dict[str, Any], signature: str) -> bool:
    try:
        Signer(salt="tombstone").unsign(f"{_text(facts)}:{signature}")
    except BadSignature:
        return False
    return True


def _text(facts: dict[str, Any]) -> str:
    return json.dumps(facts, sort_keys=True)
