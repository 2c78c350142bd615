"""The sandbox's objects have the fields and enum values that the pinned stripe package knows."""

import ast
import inspect
import typing

import pytest
import stripe
from stripe import checkout

from sandbox.tests.test_async_and_expiry import BANK


def annotated(kind: type) -> dict[str, ast.expr]:
    """Field → annotation of a class of the stripe package."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(kind)))
    body = next(
        node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    ).body
    return {node.target.id: node.annotation for node in body if isinstance(node, ast.AnnAssign)}


def assert_fits(answer: stripe.StripeObject, kind: type) -> None:
    fields = annotated(kind)
    raw = answer.to_dict()
    assert set(raw) - set(fields) == set(), f"{kind.__name__} has no such fields"
    for name, annotation in fields.items():
        text = ast.unparse(annotation)
        if not text.startswith("Optional") and "ClassVar" not in text:
            assert raw.get(name) is not None, f"{kind.__name__}.{name} is always there"
        choices = {item.value for item in ast.walk(annotation) if isinstance(item, ast.Constant)}
        if "Literal[" in text and isinstance(raw.get(name), str):
            assert raw[name] in choices, f"{kind.__name__}.{name} = {raw[name]}"


def test_a_paid_session_and_all_that_belongs_to_it(stripe_api, paid):
    session = paid("4000000000000259")
    assert_fits(session, checkout.Session)
    intent = stripe_api.v1.payment_intents.retrieve(session.payment_intent)
    assert_fits(intent, stripe.PaymentIntent)
    charge = stripe_api.v1.charges.retrieve(intent.latest_charge)
    assert_fits(charge, stripe.Charge)
    assert_fits(
        stripe_api.v1.balance_transactions.retrieve(charge.balance_transaction), stripe.BalanceTransaction
    )
    assert_fits(stripe_api.v1.payment_methods.retrieve(charge.payment_method), stripe.PaymentMethod)
    assert_fits(stripe_api.v1.disputes.list().data[0], stripe.Dispute)
    assert_fits(stripe_api.v1.events.list().data[0], stripe.Event)


@pytest.mark.parametrize("card", ["4242424242424242", "4000000000007726"])
def test_a_refund(stripe_api, paid, card):
    assert_fits(stripe_api.v1.refunds.create({"payment_intent": paid(card).payment_intent}), stripe.Refund)


def test_an_unpaid_bank_debit(stripe_api, sandbox, open_session):
    session = open_session(**BANK)
    assert_fits(session, checkout.Session)
    sandbox.pay_later(session.id)
    session = stripe_api.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert_fits(session.payment_intent, stripe.PaymentIntent)
    assert_fits(session.payment_intent.latest_charge, stripe.Charge)


def test_every_event_type_is_one_of_stripes(stripe_api, sandbox, paid):
    dispute = stripe_api.v1.disputes.list({"payment_intent": paid("4000000000000259").payment_intent}).data[0]
    sandbox.control(f"disputes/{dispute.id}/lose")
    stripe_api.v1.refunds.create({"payment_intent": paid().payment_intent})
    known = typing.get_args(typing.get_type_hints(stripe.Event)["type"])
    emitted = {event.type for event in stripe_api.v1.events.list({"limit": 100}).data}
    assert emitted - set(known) == set()


def test_account_customer_product_price_and_endpoint(stripe_api):
    assert_fits(stripe_api.v1.webhook_endpoints.create({"url": "http://localhost:1/", "enabled_events": ["*"]}),
                stripe.WebhookEndpoint)  # fmt: skip
    assert_fits(stripe_api.v1.customers.create({"email": "a@example.com"}), stripe.Customer)
    product = stripe_api.v1.products.create({"name": "Credits"})
    assert_fits(product, stripe.Product)
    price = stripe_api.v1.prices.create({"product": product.id, "currency": "usd", "unit_amount": 500})
    assert_fits(price, stripe.Price)
    assert_fits(stripe_api.v1.accounts.retrieve_current(), stripe.Account)
