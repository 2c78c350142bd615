"""Delivers one event in a process of its own and dies by SIGKILL at a named step: `python -m … STEP EVENT.json`.

The steps are the places where a power cut could fall between the signature and the answer.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any


def die(*_args: Any, **_kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    step, event = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    import django

    django.setup()
    from django.test import Client

    from tests.cast.payments import deliver
    from wallet import ledger
    from wallet.payments import events, fulfil, inbox, unmatched
    from wallet.payments import index as payment_index
    from wallet.shared.models import InboxEvent

    def before(module: Any, name: str) -> None:
        setattr(module, name, die)

    def after(module: Any, name: str) -> None:
        real = getattr(module, name)

        def then_die(*args: Any, **kwargs: Any) -> None:
            real(*args, **kwargs)
            die()

        setattr(module, name, then_die)

    {
        "signature verified": lambda: before(inbox, "record"),
        "inside the recording": lambda: after(InboxEvent, "save"),
        "recorded": lambda: before(events, "apply"),
        "about to index": lambda: before(payment_index, "remember"),
        "indexed": lambda: before(fulfil, "_credit"),
        "inside the credit": lambda: after(ledger, "credit_topup"),
        "credited": lambda: after(fulfil, "_credit"),
        "about to take its case up": lambda: before(unmatched, "take_up"),
        "taken up": lambda: after(unmatched, "take_up"),
        "about to close its case": lambda: before(unmatched, "close"),
        "case closed": lambda: after(unmatched, "close"),
        "about to settle what is parked": lambda: before(fulfil, "apply_parked"),
        "about to note it": lambda: before(inbox, "note"),
        "noted": lambda: after(inbox, "note"),
        "nowhere": lambda: None,
    }[step]()
    return 0 if deliver(Client(), event).status_code == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
