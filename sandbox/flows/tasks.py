"""What happens by itself when its time has come."""

import logging
from collections.abc import Callable

from sandbox import store
from sandbox.clock import now_ms
from sandbox.errors import StripeError
from sandbox.flows import refunds, sessions
from sandbox.models import Task

logger = logging.getLogger(__name__)

ACTIONS: dict[str, Callable[..., object]] = {
    "expire_session": sessions.expire_when_due,
    "settle_payment": sessions.settle,
    "fail_refund": refunds.fail,
    "complete_refund": refunds.complete,
}


def run_due_tasks() -> None:
    """Run each due task once. One that has become impossible (paid meanwhile) is dropped."""
    for task in Task.objects.filter(due_ms__lte=now_ms()).order_by("due_ms", "id")[:50]:
        task_id = task.id  # delete() forgets it
        try:
            with store.changes():
                task.delete()
                ACTIONS[task.action](task.target_id, **task.arguments)
        except StripeError as error:
            logger.info("%s %s: %s", task.action, task.target_id, error.message)
            Task.objects.filter(id=task_id).delete()
        except Exception:  # one broken task must not stop the others for ever
            logger.exception("%s %s", task.action, task.target_id)
            Task.objects.filter(id=task_id).delete()
