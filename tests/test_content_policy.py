"""Each answer says what it may load and that nobody may frame it: pages, files, faults."""

import pytest
from django.test import Client

from reelballers import content_policy
from reelballers.settings import _MEDIA_IN_S3

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/index.html",
    "/exports",
    "/admin/",
    "/admin/login/",
    "/admin/nowhere/",
    "/api/docs",
    "/api/docs?script=",
    "/api/schema",
    "/api/wallet",
    "/api/nowhere",
    "/sign-in/x",
    "/static/admin/css/base.css",
    "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css",
    "/healthz",
    "/no/such.page",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_policy(client: Client, path: str) -> None:
    answer = client.get(path)
    said = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
    assert (said["default-src"], said["frame-ancestors"], said["base-uri"]) == ("'self'", "'none'", "'none'")
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")


def test_a_fault_has_it_too(settings) -> None:
    settings.CORS_URLS_REGEX = None
    answer = Client(raise_request_exception=False).get(
        "/api/config", headers={"origin": "http://localhost:8000"}
    )
    assert (answer.status_code, "default-src" in answer["Content-Security-Policy"]) == (500, True)


def test_a_form_may_lead_to_the_app(client: Client, settings) -> None:
    """Chromium applies form-action to where a form's answer redirects."""
    settings.APP_URL = "https://app.example.com"
    assert (
        "form-action 'self' https://app.example.com;" in client.get("/sign-in/x")["Content-Security-Policy"]
    )


def test_media_in_object_storage_may_be_shown(client: Client, settings) -> None:
    options = _MEDIA_IN_S3["OPTIONS"] | {
        "bucket_name": "clips",
        "endpoint_url": "https://fly.storage.example.com",
        "access_key": "a",
        "secret_key": "b",
    }
    settings.STORAGES = settings.STORAGES | {"default": _MEDIA_IN_S3 | {"OPTIONS": options}}
    settings.S3_BUCKET = "clips"
    content_policy.policy.cache_clear()
    policy = client.get("/")["Content-Security-Policy"]
    content_policy.policy.cache_clear()
    for kind in ("img-src 'self' data: blob:", "media-src 'self' blob:", "connect-src 'self'"):
        assert f"{kind} https://fly.storage.example.com" in policy
    assert "default-src 'self';" in policy
