"""Errors in the shape of Stripe's API."""

from typing import Any


class StripeError(Exception):
    """An answer `{"error": {...}}`.

    `executed` tells what an Idempotency-Key remembers: Stripe saves the outcome of a call that began to
    execute, and forgets one that was refused for its parameters.
    """

    def __init__(
        self,
        status: int,
        error_type: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        executed: bool = False,
        **details: Any,
    ):
        super().__init__(message)
        self.status = status
        self.executed = executed
        error = {"code": code, "message": message, "param": param, **details, "type": error_type}
        self.error = {name: value for name, value in error.items() if value is not None}
        if code:
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"

    @property
    def message(self) -> str:
        return self.error["message"]

    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    """The parameters are wrong."""
    return StripeError(400, "invalid_request_error", message, code=code, param=param)


def refused(message: str, code: str | None = None, param: str | None = None) -> StripeError:
    """The parameters are well-formed, the object's state forbids it."""
    return StripeError(400, "invalid_request_error", message, code=code, param=param, executed=True)


def no_such(kind: str, stripe_id: str) -> StripeError:
    label = {"payment_method": "PaymentMethod", "checkout.session": "checkout.session"}.get(kind, kind)
    message = f"No such {label}: '{stripe_id}'"
    return StripeError(404, "invalid_request_error", message, code="resource_missing", param="id")


def unknown_url(method: str, path: str) -> StripeError:
    message = f"Unrecognized request URL ({method}: {path}). The sandbox has only what Reel Ballers uses."
    return StripeError(404, "invalid_request_error", message)


def unauthorized(message: str) -> StripeError:
    return StripeError(401, "invalid_request_error", message)


def card_error(message: str, code: str, **details: Any) -> StripeError:
    return StripeError(402, "card_error", message, code=code, executed=True, **details)
