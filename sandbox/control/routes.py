"""The table of control commands below /control/; docs/sandbox.md describes each one."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.control import deliveries, faults, payments
from sandbox.control.overview import overview
from sandbox.errors import unknown_url
from sandbox.mail.pages import newest

Command = Callable[..., Any]

COMMANDS: dict[str, Command] = {
    "GET state": lambda _params: overview(),
    "POST reset": payments.reset,
    "POST sessions/*/expire": payments.expire_session,
    "POST payments/*/settle": payments.settle,
    "POST payments/*/refund": payments.refund,
    "POST payments/*/dispute": payments.dispute,
    "POST refunds/*/succeed": payments.succeed_refund,
    "POST refunds/*/fail": payments.fail_refund,
    "POST refunds/*/cancel": payments.cancel_refund,
    "POST disputes/*/*": payments.move_dispute,
    "POST events/emit": deliveries.emit_event,
    "POST events/*/resend": deliveries.resend,
    "GET deliveries": deliveries.listed,
    "POST deliveries/mode": deliveries.set_mode,
    "POST deliveries/release": deliveries.release,
    "POST deliveries/retry": deliveries.retry,
    "GET deliveries/wait": deliveries.wait,
    "GET mails": lambda _params: newest(),
    "GET faults": faults.listed,
    "POST faults": faults.add,
    "POST faults/reset": faults.reset,
}


def find_command(method: str, path: str) -> tuple[Command, tuple[str, ...]]:
    for pattern, command in COMMANDS.items():
        found = re.fullmatch(pattern.replace("*", "([^/]+)"), f"{method} {path}")
        if found:
            return command, found.groups()
    raise unknown_url(method, f"/control/{path}")
