"""Where an object of Stripe's stands in Stripe's dashboard."""

from django.conf import settings

_FOLDERS = {
    "pi": "payments",
    "ch": "payments",
    "py": "payments",
    "dp": "disputes",
    "du": "disputes",
    "evt": "events",
}


def at_stripe(stripe_id: str) -> str:
    """Its address, or nothing: the sandbox has no dashboard, and sessions and refunds no page of their own."""
    folder = _FOLDERS.get(stripe_id.partition("_")[0])
    if folder is None or settings.IS_SANDBOX:
        return ""
    mode = "" if settings.STRIPE_LIVE_MODE else "test/"
    return f"https://dashboard.stripe.com/{mode}{folder}/{stripe_id}"
