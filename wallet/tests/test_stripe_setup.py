"""Setting up at Stripe: made once, brought up to date, the secret shown once; checks refuse what cannot work."""

from io import StringIO

import pytest
import stripe
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from djstripe.models import APIKey, WebhookEndpoint

from reelballers import gate
from reelballers.checks import check_stripe_mode
from sandbox.testing import TEST_KEY
from tests.cast.payments import balance_of, deliver, event_of, open_topup, paid
from wallet.stripe import api as stripe_api
from wallet.stripe import seed as stripe_seed
from wallet.stripe.event_types import OUR_EVENTS


@pytest.fixture
def at_stripe(db, settings, sandbox):
    """A server with test keys whose Stripe is the sandbox."""
    settings.IS_SANDBOX = False
    settings.STRIPE_SECRET_KEY = TEST_KEY
    stripe_api.client.cache_clear()
    return stripe.StripeClient(TEST_KEY, base_addresses={"api": sandbox.url})


def set_up():
    out = StringIO()
    call_command("stripe_setup", stdout=out)
    return out.getvalue()


def test_it_makes_the_endpoint_and_shows_its_secret_once(at_stripe, settings):
    said = set_up()
    made = at_stripe.v1.webhook_endpoints.list().data[0]
    assert (made.url, set(made.enabled_events)) == (f"{settings.API_URL}/api/webhook", set(OUR_EVENTS))
    assert made.api_version == settings.STRIPE_API_VERSION
    assert "STRIPE_WEBHOOK_SECRET=whsec_" in said
    assert "STRIPE_WEBHOOK_SECRET" not in set_up()
    assert len(at_stripe.v1.webhook_endpoints.list().data) == 1


def test_its_secret_works_as_soon_as_it_is_in_the_environment(at_stripe, settings, client, user_id):
    secrets = set_up().split("STRIPE_WEBHOOK_SECRET=")[1].split()[0].split(",")
    settings.STRIPE_WEBHOOK_SECRETS = secrets
    for secret in secrets:
        deliver(client, event_of("checkout.session.completed", paid(open_topup(user_id))), secret=secret)
    assert balance_of(user_id) == 500 * len(secrets) == 1000


def test_it_brings_events_up_to_date(at_stripe, settings):
    set_up()
    endpoint = at_stripe.v1.webhook_endpoints.list().data[0]
    at_stripe.v1.webhook_endpoints.update(endpoint.id, {"enabled_events": ["*"], "disabled": True})
    assert "updated endpoint" in set_up()
    endpoint = at_stripe.v1.webhook_endpoints.retrieve(endpoint.id)
    assert (set(endpoint.enabled_events), endpoint.status) == (set(OUR_EVENTS), "enabled")


def test_another_api_version_gets_an_endpoint_of_its_own(at_stripe, settings):
    params = {
        "url": f"{settings.API_URL}/api/webhook",
        "enabled_events": ["*"],
        "api_version": "2025-01-27.acacia",
    }
    old = at_stripe.v1.webhook_endpoints.create(params)
    assert f"endpoint {old.id} is of API version 2025-01-27.acacia: delete it" in set_up()


def test_it_knows_the_account(at_stripe):
    stripe_seed.seed()
    set_up()
    owner = APIKey.objects.get(secret=TEST_KEY).djstripe_owner_account
    assert owner.id == at_stripe.v1.accounts.retrieve_current().id


def test_a_restricted_key_may_not_read_the_account(settings, stand_in, db):
    settings.IS_SANDBOX = False
    denied = {"error": {"type": "invalid_request_error", "message": "The key does not have access"}}
    stand_in.answers["GET /v1/account"] = (403, denied)
    with pytest.raises(CommandError):  # nor, here, the endpoints
        set_up()
    assert WebhookEndpoint.objects.exists()


def test_the_sandbox_needs_none(db):
    with pytest.raises(CommandError, match="sandbox"):
        call_command("stripe_setup")


def test_seeding_again_changes_nothing(seeded):
    stripe_seed.seed()
    assert (APIKey.objects.count(), WebhookEndpoint.objects.count()) == (1, 1)


def test_a_webhook_secret_of_the_other_mode_is_refused(seeded, settings):
    WebhookEndpoint.objects.update(livemode=True)
    with pytest.raises(ImproperlyConfigured, match="belongs to live mode"):
        stripe_seed.seed()


@pytest.mark.parametrize("key", ["sk_test_", "rk_test_", "sk_live_", "rk_live_"])
def test_secret_and_restricted_keys_are_accepted(settings, key):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_LIVE_MODE = key + "x" * 24, "live" in key
    settings.STRIPE_PUBLISHABLE_KEY = key.replace("sk", "pk").replace("rk", "pk")
    settings.IS_SANDBOX, settings.STRIPE_WEBHOOK_SECRETS = False, ["whsec_" + "x" * 24]
    assert [line for line in gate.faults() if "STRIPE" in line] == []


def test_play_money_in_production_is_said(settings):
    settings.FLY_APP_NAME, settings.STRIPE_LIVE_MODE = "reel-ballers-api", False
    assert [each.id for each in check_stripe_mode(None)] == ["reelballers.W001"]
