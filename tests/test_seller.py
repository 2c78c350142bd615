"""From whom one buys, as the app is told."""

import pytest
from django.conf import LazySettings
from django.test import Client


def test_the_app_is_told_the_seller_and_its_pages(settings: LazySettings) -> None:
    settings.SELLER_NAME, settings.SELLER_ADDRESS = "Hoop GmbH", "1 Court Street"
    settings.TERMS_URL = "https://hoop.example/terms"
    seller = Client().get("/api/config").json()["seller"]
    assert seller == {
        "name": "Hoop GmbH",
        "address": "1 Court Street",
        "support_email": settings.SUPPORT_EMAIL,
        "terms_url": "https://hoop.example/terms",
        "privacy_url": "/privacy",
        "refund_policy_url": "/refunds",
    }


@pytest.mark.parametrize("path", ["/terms", "/privacy", "/refunds", "/prices", "/try"])
def test_the_pages_of_its_own_are_answered_by_the_app(path: str) -> None:
    answer = Client().get(path)
    assert b'<div id="root">' in answer.content
    assert b"__APP_URL__" not in answer.content
