"""Browsers that ask for codes and read them in the mailbox."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from wallet.tests.conftest import visit, visitor  # noqa: F401 - fixtures


@pytest.fixture
def code_in(mailbox: Any) -> Callable[[], str]:
    """The code in the newest mail."""

    def read() -> str:
        found = re.search(r"\b\d{6}\b", mailbox.look("mails")[0]["text"])
        assert found
        return found[0]

    return read


@pytest.fixture
def ask(db: None, mailbox: Any) -> Callable[..., Any]:
    def ask(browser: Client, email: str = "anna@example.com", **more: Any) -> Any:
        return browser.post("/api/account/code", {"email": email}, content_type="application/json", **more)

    return ask


@pytest.fixture
def confirm() -> Callable[..., Any]:
    def confirm(browser: Client, code_id: str, code: str) -> Any:
        body = {"code_id": code_id, "code": code}
        return browser.post("/api/account/code/confirm", body, content_type="application/json")

    return confirm


@pytest.fixture
def enter(ask: Any, confirm: Any, code_in: Any) -> Callable[..., Any]:
    """Asks, reads the mail, confirms; answers the JSON."""

    def enter(browser: Client, email: str = "anna@example.com") -> Any:
        asked = ask(browser, email)
        assert asked.status_code == 200, asked.content
        answer = confirm(browser, asked.json()["code_id"], code_in())
        assert answer.status_code == 200, answer.content
        return answer.json()

    return enter
