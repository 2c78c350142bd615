"""The hosted checkout page: plain forms, so that a script pays as easily as a person."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from sandbox import store
from sandbox.cards import SHOWN
from sandbox.errors import StripeError
from sandbox.flows import sessions
from sandbox.pages.payment_form import FormError, plan_settlement, read_method
from sandbox.store import StripeDict

METHOD_NAMES = {
    "us_bank_account": "US bank account",
    "sepa_debit": "SEPA bank debit",
    "bacs_debit": "Bacs bank debit",
    "acss_debit": "Canadian bank debit",
    "au_becs_debit": "Australian bank debit",
}


def pay_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """GET shows the page; POST pays: 303 when done, 402 with the page and its message when declined."""
    try:
        session = store.load(session_id, "checkout.session")
    except StripeError:
        return render(request, "sandbox/missing.html", status=404)
    if request.method != "POST" or session["status"] != "open":
        return _show(request, session)
    try:
        session = _pay(session, request.POST)
    except FormError as error:
        return _show(request, store.load(session_id, "checkout.session"), str(error), error.field, 400)
    except StripeError as error:
        field = "card_number" if error.error["type"] == "card_error" else ""
        return _show(request, store.load(session_id, "checkout.session"), error.message, field, 402)
    return _go_on(session)


def authenticate_page(request: HttpRequest, session_id: str) -> HttpResponse:
    """The stand-in for the buyer's bank: POST `outcome=complete` or `outcome=fail`."""
    try:
        session = store.load(session_id, "checkout.session")
    except StripeError:
        return render(request, "sandbox/missing.html", status=404)
    if not sessions.awaits_authentication(session):
        return HttpResponseRedirect(f"/c/pay/{session_id}")
    outcome = request.POST.get("outcome")
    if outcome not in {"complete", "fail"}:
        return render(request, "sandbox/authenticate.html", _context(session))
    try:
        session = _committed(sessions.authenticate, session, outcome == "complete")
    except StripeError as error:
        return _show(request, store.load(session_id, "checkout.session"), error.message, "card_number", 402)
    return _go_on(session)


def _pay(session: StripeDict, form: Any) -> StripeDict:
    method = read_method(session, form)
    session = _committed(_save_and_pay, session, method)
    with store.changes():
        plan_settlement(session, form)
    return session


def _save_and_pay(session: StripeDict, method: StripeDict) -> StripeDict:
    return sessions.pay(session, store.save(method))


def _committed(step: Any, session: StripeDict, *arguments: Any) -> StripeDict:
    """Run one step on the session as it is now; what a decline has written stays."""
    refusal: StripeError | None = None
    with store.changes():
        session = store.load(session["id"], "checkout.session")
        try:
            session = step(session, *arguments)
        except StripeError as error:
            refusal = error
    if refusal is not None:
        raise refusal
    return session


def _go_on(session: StripeDict) -> HttpResponse:
    if session["status"] == "open":
        target = f"/c/pay/{session['id']}/authenticate"
    else:
        target = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    response = HttpResponseRedirect(target)
    response.status_code = 303
    return response


def _show(
    request: HttpRequest, session: StripeDict, error: str = "", error_field: str = "", status: int = 200
) -> HttpResponse:
    kept = {name: request.POST.get(name, "") for name in ("card_number", "expiry", "name", "email")}
    context = _context(session) | {"error": error, "error_field": error_field, "kept": kept}
    return render(request, "sandbox/pay.html", context, status=status)


def _context(session: StripeDict) -> dict[str, Any]:
    delayed = [(kind, METHOD_NAMES[kind]) for kind in session["payment_method_types"] if kind in METHOD_NAMES]
    success_url = (session["success_url"] or "").replace("{CHECKOUT_SESSION_ID}", session["id"])
    return {
        "session": session,
        "items": list(reversed(store.find("item", _session=session["id"]))),
        "takes_cards": "card" in session["payment_method_types"],
        "cards": SHOWN,
        "delayed": delayed,
        "success_url": success_url,
    }
