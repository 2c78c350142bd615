"""For tests and benchmarks: start a sandbox process, pay on it, drive its control API."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

TEST_KEY = "sk_test_" + "sandbox0" * 3  # 24 characters after the prefix, or dj-stripe refuses it
START_SECONDS = 20


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunningSandbox:
    """A sandbox process of its own: `with RunningSandbox(tmp_path, webhook_url, "whsec_…") as sandbox:`."""

    def __init__(self, data_dir: Path, webhook_url: str = "", webhook_secret: str = "", port: int = 0):
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "FLY_"))},
            "DATA_DIR": str(data_dir),
            "SANDBOX_PORT": str(self.port),
            "SANDBOX_WEBHOOK_URL": webhook_url,
            "SANDBOX_WEBHOOK_SECRET": webhook_secret,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "RunningSandbox":
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> "RunningSandbox":
        """Return once it answers."""
        root = Path(__file__).parents[1]
        command = [sys.executable, "-m", "sandbox"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=root)
        give_up = time.monotonic() + START_SECONDS
        while time.monotonic() < give_up and self.process.poll() is None:
            try:
                requests.get(f"{self.url}/control/faults", timeout=START_SECONDS)
            except requests.ConnectionError:
                time.sleep(0.02)
            else:
                return self
        self.stop()
        raise RuntimeError("The sandbox did not start; its own output says why.")

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(with_signal)
            self.process.wait(10)

    def pay(self, session_id: str, card_number: str = "4242424242424242", **fields: Any) -> requests.Response:
        """Post the checkout page: 303 to success_url (or to the bank's page), 402 when declined."""
        form = {"card_number": card_number, **fields}
        return requests.post(f"{self.url}/c/pay/{session_id}", form, allow_redirects=False, timeout=30)

    def authenticate(self, session_id: str, *, accept: bool) -> requests.Response:
        """Answer the page of the buyer's bank."""
        form = {"outcome": "complete" if accept else "fail"}
        url = f"{self.url}/c/pay/{session_id}/authenticate"
        return requests.post(url, form, allow_redirects=False, timeout=30)

    def pay_later(self, session_id: str, outcome: str = "manual", **fields: Any) -> requests.Response:
        """Pay by bank debit: `outcome` is succeed, fail (after `delay_seconds`) or manual."""
        return self.pay(session_id, "", method="us_bank_account", outcome=outcome, **fields)

    def control(self, command: str, /, **body: Any) -> Any:
        """POST a control command; raises for a refusal."""
        return self._json(requests.post(f"{self.url}/control/{command}", json=body, timeout=120))

    def look(self, command: str, /, **query: Any) -> Any:
        """GET from the control API: `state`, `deliveries`, `deliveries/wait`, `faults`."""
        return self._json(requests.get(f"{self.url}/control/{command}", query, timeout=120))

    @staticmethod
    def _json(response: requests.Response) -> Any:
        if not response.ok:
            raise RuntimeError(f"{response.status_code}: {response.text}")
        return response.json()
