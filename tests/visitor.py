"""A visitor with a browser's manners, over real HTTP: what the demo and the journeys are played with."""

import re
import time
from pathlib import Path
from typing import Any

import requests

WAIT_SECONDS = 120  # rendering on a busy machine


class Visitor:
    """Keeps cookies like a browser; every method answers the parsed JSON or raises with the server's words."""

    def __init__(self, base_url: str, sandbox_url: str) -> None:
        self.base_url, self.sandbox_url = base_url, sandbox_url
        self.http = requests.Session()

    def get(self, path: str) -> Any:
        return self._answer(self.http.get(self.base_url + path, timeout=30))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._answer(self.http.post(self.base_url + path, json=body, headers=headers, timeout=30))

    def balance_cents(self) -> int:
        return self.get("/api/wallet")["balance_cents"]

    def top_up(self, amount_cents: int, card: str = "4242424242424242") -> str:
        """Buys credits on the checkout page and returns to the landing page; answers the session id."""
        started = self.post("/api/topup", {"amount_cents": amount_cents})
        paid = requests.post(
            started["checkout_url"], data={"card_number": card}, allow_redirects=False, timeout=30
        )
        assert paid.status_code in {302, 303}, paid.text
        return started["session_id"]

    def enter(self, email: str) -> Any:
        """Asks for a code, reads it in the sandbox's mailbox, confirms it."""
        asked = self.post("/api/account/code", {"email": email})
        mails = requests.get(f"{self.sandbox_url}/control/mails", timeout=30).json()
        text = next(mail["text"] for mail in mails if mail["to"] == [email])
        code = re.findall(r"\b\d{6}\b", text)[0]
        return self.post("/api/account/code/confirm", {"code_id": asked["code_id"], "code": code})

    def upload(self, path: Path, name: str = "Final quarter") -> dict[str, Any]:
        with path.open("rb") as video:
            return self._answer(
                self.http.post(
                    f"{self.base_url}/api/projects", data={"name": name}, files={"video": video}, timeout=60
                )
            )

    def wait_for(self, path: str, field: str, *wanted: str, on_look: Any = None) -> dict[str, Any]:
        """Polls until a field has one of the values."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            found = self.get(path)
            if on_look is not None:
                on_look(found)
            if found[field] in wanted:
                return found
            time.sleep(0.2)
        raise AssertionError(f"{path}: {field} is {found[field]!r}, not {wanted}")

    def _answer(self, response: requests.Response) -> Any:
        if not response.ok:
            raise requests.HTTPError(f"{response.status_code} {response.text[:500]}", response=response)
        return response.json() if response.content else None


class Operator(Visitor):
    """An operator signed in to the admin."""

    def __init__(self, base_url: str, sandbox_url: str, email: str, password: str) -> None:
        super().__init__(base_url, sandbox_url)
        self.submit("/admin/login/", {"username": email, "password": password, "next": "/admin/"})

    def submit(self, path: str, fields: dict[str, str]) -> requests.Response:
        """Loads a page and posts a form of it with its CSRF token."""
        page = self.http.get(self.base_url + path, timeout=30)
        token = page.text.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
        done = self.http.post(
            self.base_url + path,
            data={"csrfmiddlewaretoken": token, **fields},
            headers={"Referer": self.base_url + path},
            timeout=30,
        )
        done.raise_for_status()
        return done
