"""A desk with something on it: visitors who paid, spent, owe and got lost; and an owner signed in."""

import secrets
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Page, expect

from tests.product import Product
from tests.visitor import Visitor

OWNER = "owner@example.com"


def make_owner(product: Product) -> str:
    """Creates a superuser; returns the password."""
    password = secrets.token_urlsafe(16)
    product.environment["DJANGO_SUPERUSER_PASSWORD"] = password
    product.manage("createsuperuser", "--noinput", "--email", OWNER)
    return password


def sign_in(page: Page, password: str) -> None:
    page.goto("/admin/login/")
    page.get_by_label("Email").fill(OWNER)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("#user-tools")).to_contain_text("Log out")


def new_visitor(product: Product) -> Visitor:
    return Visitor(product.base_url, product.sandbox_url)


def buy(visitor: Visitor, cents: int, card: str = "4242424242424242") -> str:
    """Buys and waits until the credits are there; answers the session's id."""
    session_id = visitor.top_up(cents, card)
    visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")
    return session_id


def user_id_of(visitor: Visitor) -> str:
    return str(visitor.get("/api/me")["id"])


def payment_of(product: Product, session_id: str) -> str:
    """The payment intent of a session, as the sandbox knows it."""
    sessions = control(product, "GET", "state")["sessions"]
    return str(next(row["payment_intent"] for row in sessions if row["id"] == session_id))


def control(product: Product, method: str, path: str, **body: Any) -> Any:
    address = f"{product.sandbox_url}/control/{path}"
    answer = requests.request(method, address, json=body or None, timeout=20)
    answer.raise_for_status()
    return answer.json()


def export(visitor: Visitor, clip: Path, kind: str = "framing") -> dict[str, Any]:
    project = visitor.upload(clip, name="Final quarter")
    job = visitor.post("/api/export/start", {"project_id": project["id"], "type": kind, "params": {}})
    return visitor.wait_for(f"/api/export/{job['job_id']}", "status", "succeeded", "failed")
