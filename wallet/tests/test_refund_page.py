"""The operators' page that gives a payment back."""

import secrets

import pytest

from reelballers.user_db import user_db, user_transaction
from wallet import ledger
from wallet.models import Reversal, Topup
from wallet.payments.fulfil import fulfil
from wallet.tests.factory import balance_of, open_topup, paid, refund_of


@pytest.fixture
def bought(user_id):
    """A wallet with one payment of 500."""
    session = paid(open_topup(user_id))
    fulfil(session)
    return session


def page_of(user_id, session):
    return f"/admin/reelballers/user/{user_id}/wallet?refund={session['metadata']['topup_id']}"


def form(amount_cents, step="refund", form_id=""):
    form_id = form_id or secrets.token_hex(16)
    return {"amount_cents": amount_cents, "reason": "asked nicely", "form_id": form_id, "step": step}


def test_the_page_offers_what_is_unspent_and_shows_what_is_left(operator, user_id, bought):
    with user_transaction(user_id):
        ledger.debit(job_id="j", cost_cents=380)
    page = operator.get(page_of(user_id, bought)).content.decode()
    assert 'name="amount_cents" value="120"' in page
    assert 'Balance after 120 cents</dt><dd id="balance-after">0 credits' in page


def test_the_page_shows_the_debt_of_another_amount(operator, user_id, bought, stand_in):
    with user_transaction(user_id):
        ledger.debit(job_id="j", cost_cents=380)
    page = operator.post(page_of(user_id, bought), form(500, "look")).content.decode()
    assert "-380 credits" in page
    assert "debt of 380 credits" in page
    assert stand_in.asked == []


def test_the_page_sent_twice_refunds_once(operator, user_id, bought, stand_in):
    sent = form(200)
    made = refund_of(bought, 200, metadata={"form_id": sent["form_id"]})
    stand_in.answers["POST /v1/refunds"] = (200, made)
    assert [operator.post(page_of(user_id, bought), sent).status_code for _ in range(2)] == [302, 302]
    assert (stand_in.calls, balance_of(user_id)) == (["POST /v1/refunds"], 300)
    with user_db(user_id):
        assert Reversal.objects.get().actor == "op@example.com"


def test_the_page_refuses_too_much_in_words(operator, user_id, bought, stand_in):
    page = operator.post(page_of(user_id, bought), form(501)).content.decode()
    assert "At most 500 cents" in page
    assert stand_in.asked == []


def test_the_page_is_for_operators(client, visitor, user_id, bought):
    for browser in (client, visitor):
        assert browser.post(page_of(user_id, bought), form(200)).status_code == 302
    assert balance_of(user_id) == 500


def test_a_top_up_that_is_not_paid_has_no_page(operator, user_id):
    assert operator.get(page_of(user_id, open_topup(user_id))).status_code == 404
    with user_db(user_id):
        assert Topup.objects.get().status == "open"


def test_the_wallet_page_links_to_it(operator, user_id, bought):
    page = operator.get(f"/admin/reelballers/user/{user_id}/wallet").content.decode()
    assert f"?refund={bought['metadata']['topup_id']}" in page
