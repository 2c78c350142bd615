"""The OpenAPI document is complete: clients are generated from it."""

import pytest
from django.core.management import call_command
from django.test import Client


def test_it_is_generated_without_a_guess(tmp_path) -> None:
    call_command("spectacular", fail_on_warn=True, validate=True, file=str(tmp_path / "schema.yml"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/schema", "/api/docs"])
def test_it_is_served(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["OPTIONS", "POST"])
def test_its_page_is_only_read(client: Client, method: str) -> None:
    assert client.generic(method, "/api/docs").status_code == 405


@pytest.mark.django_db
def test_its_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs").content.decode()
    assert "https://" not in page
