"""A user with a life on a real sandbox."""

from collections.abc import Callable

import pytest

from sandbox.testing import RunningSandbox
from wallet.payments import fulfil, topups
from wallet.stripe import api as stripe_api
from wallet.tests.conftest import _sandbox, sandbox, stripe_at

__all__ = ["_sandbox", "buy", "sandbox", "stripe_at"]


@pytest.fixture
def buy(sandbox: RunningSandbox) -> Callable[..., str]:
    """`buy(user_id, cents)` pays for credits; returns the session's id."""

    def pay(user_id: str, amount_cents: int, *, credit: bool = True) -> str:
        session_id = topups.start_topup(user_id=user_id, amount_cents=amount_cents).session_id
        assert session_id is not None
        sandbox.pay(session_id)
        if credit:
            fulfil.fulfil(stripe_api.retrieve_session(session_id))
        return session_id

    return pay
