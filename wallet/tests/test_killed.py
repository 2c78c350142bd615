"""SIGKILL at each step between the signature and `applied`: by Stripe's retry, or by the worker alone, the credit is
there once."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cast.payments import event_of

STEPS = (
    "signature verified",
    "inside the recording",
    "recorded",
    "about to index",
    "indexed",
    "inside the credit",
    "credited",
    "about to settle what is parked",
    "about to note it",
    "noted",
)
# Where a payment was kept for an operator while its wallet was away, and fits now that the file is back.
KEPT_STEPS = (
    "about to take its case up",
    "taken up",
    "about to index",
    "indexed",
    "inside the credit",
    "credited",
    "about to close its case",
    "case closed",
    "about to note it",
)
ROOT = Path(__file__).parents[2]

# What a process of this data folder says: the balance, how many lines, how many events wait.
PREPARE = """
import django; django.setup()
import json, sys
from django.utils import timezone
from reelballers.models import User
from reelballers.user_db import create_user_db
from tests.cast.payments import open_topup, paid
user = User.objects.create(wallet_created_at=timezone.now()); create_user_db(user.id)
session = paid(open_topup(user.id))
if sys.argv[1:] == ["kept"]:
    from wallet.payments import unmatched
    unmatched.keep(session, user.id, "the user no longer exists")
print(json.dumps({"user": user.id, "session": session}))
"""
LOOK = """
import django; django.setup()
import sys
from wallet.payments import events
from wallet.shared.models import InboxEvent
from tests.cast.payments import lines_of
if sys.argv[2] == "worker":
    InboxEvent.objects.update(next_attempt_at="2026-01-01T00:00:00Z")
    events.sweep()
print([change for _, change in lines_of(sys.argv[1])])
print(list(InboxEvent.objects.values_list("outcome", flat=True)))
"""
MEND_KEPT = """
import django; django.setup()
import json, sys
from wallet.payments import decisions, reconcile
from wallet.shared.models import UnmatchedPayment
from wallet.payments.differences import difference_of
from tests.cast.payments import lines_of
user_id, session, mender = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]
case = UnmatchedPayment.objects.get(pk=session["id"])
seen = (case.state, difference_of(session) is None, len(lines_of(user_id)))
if mender == "reconcile":
    list(reconcile.compare(session, dry_run=False))
if mender == "worker":
    UnmatchedPayment.objects.filter(state="crediting").update(decided_at="2026-01-01T00:00:00Z")
    decisions.finish_decided()
case.refresh_from_db()
print(json.dumps({"seen": seen, "state": case.state, "lines": len(lines_of(user_id))}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data folder as `manage.py setup` leaves it."""
    home = tmp_path_factory.mktemp("killed")
    run(home, "manage.py", "setup")
    return home


def run(home, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STRIPE_")}
    environment |= {
        "DATA_DIR": str(home),
        "DJANGO_SETTINGS_MODULE": "reelballers.settings",
        "ALLOWED_HOSTS": "*",
    }
    environment |= {"PAYMENTS": "sandbox", "PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )


def deliver(home, step, event):
    path = home / "event.json"
    path.write_text(json.dumps(event))
    return run(home, "-m", "wallet.tests.crash_child", step, str(path))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mender", ["stripe", "worker"])
@pytest.mark.parametrize("step", STEPS)
def test_the_credit_is_there_once(folder, step, mender):
    prepared = json.loads(run(folder, "-c", PREPARE).stdout)
    event = event_of("checkout.session.completed", prepared["session"])
    killed = deliver(folder, step, event)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    if mender == "stripe" or step in {"signature verified", "inside the recording"}:
        assert deliver(folder, "nowhere", event).returncode == 0
    looked = run(folder, "-c", LOOK, prepared["user"], mender)
    assert looked.stdout.splitlines()[0] == "[500]", looked.stdout + looked.stderr
    assert set(json.loads(looked.stdout.splitlines()[1].replace("'", '"'))) == {"applied"}
    assert "audit: ok" in run(folder, "manage.py", "audit").stdout


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mender", ["stripe", "worker", "reconcile"])
@pytest.mark.parametrize("step", KEPT_STEPS)
def test_a_kept_payment_is_credited_once_and_in_sight_until_then(folder, step, mender):
    prepared = json.loads(run(folder, "-c", PREPARE, "kept").stdout)
    session = prepared["session"]
    event = event_of("checkout.session.completed", session)
    killed = deliver(folder, step, event)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    looked = run(folder, "-c", MEND_KEPT, prepared["user"], json.dumps(session), "nobody")
    state, is_called_right, lines = json.loads(looked.stdout)["seen"]
    assert (state == "credited") <= (lines == 1), "the case was closed before its credit"
    assert is_called_right == (lines == 1)
    if mender == "stripe":
        assert deliver(folder, "nowhere", event).returncode == 0
    if mender == "worker":
        run(folder, "-c", LOOK, prepared["user"], "worker")
    found = json.loads(run(folder, "-c", MEND_KEPT, prepared["user"], json.dumps(session), mender).stdout)
    assert found["lines"] == 1
    assert mender == "reconcile" or found["state"] == "credited"
    assert "audit: ok" in run(folder, "manage.py", "audit").stdout
