"""A wallet as an operator sees it: what there is, what happened, and the few things that may be done."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from exports.models import ExportJob
from operators import forms, sign_in_link
from operators.payment_refund import payment_refund_page, refund_payment
from reelballers.models import User
from reelballers.user_db import has_user_db, user_db, user_transaction
from wallet import ledger
from wallet.errors import Conflict, NoSuchDebit, PaymentNotRefundable, RefundTooLarge
from wallet.models import Debit, LedgerEntry, Reversal, Topup, Wallet

LINES_A_PAGE = 50
RECENT = 25


def wallet_page(request: HttpRequest, user_id: str) -> HttpResponse:
    """GET shows the wallet; POST does the one thing its `action` names."""
    if not request.user.has_perm("reelballers.operate_wallets"):
        raise PermissionDenied
    user = get_object_or_404(User, pk=user_id)
    if not has_user_db(user.id):
        is_lost = user.wallet_created_at is not None
        said = "has a wallet, but its file is missing: restore it" if is_lost else "has no wallet yet"
        messages.warning(request, f"{user} {said}.")
        return redirect("admin:reelballers_user_changelist")
    if "refund" in request.GET:
        return payment_refund_page(request, user, request.GET["refund"], _act)
    bound: dict[str, Form] = {}
    if request.method == "POST" and request.POST.get("action") in ACTIONS.keys() - {"refund_payment"}:
        name = request.POST["action"]
        form = ACTIONS[name][0](request.POST)
        if form.is_valid() and _act(request, user, name, form):
            return redirect(reverse("admin:wallet_page", args=[user.id]))
        bound[name] = form
    return TemplateResponse(request, "admin/wallet_page.html", _context(request, user, bound))


def _context(request: HttpRequest, user: User, bound: dict[str, Form]) -> dict[str, Any]:
    with user_db(user.id):
        lines = Paginator(LedgerEntry.objects.all(), LINES_A_PAGE).get_page(request.GET.get("page"))
        debits = {debit.job_id: debit for debit in Debit.objects.all().order_by("-pk")[:200]}
        found = {
            "wallet": Wallet.objects.get(),
            "lines": lines,
            "line_rows": list(lines.object_list),
            "topups": list(Topup.objects.all()[:RECENT]),
            "reversals": list(Reversal.objects.select_related("topup").order_by("-created_at")[:RECENT]),
            "jobs": [(job, debits.get(job.id)) for job in ExportJob.objects.all()[:RECENT]],
        }
    return {
        **admin.site.each_context(request),
        **found,
        "title": f"Wallet of {user}",
        "opts": User._meta,
        "account": user,
        "forms": {name: bound.get(name) or ACTIONS[name][0]() for name in ACTIONS},
        "log": LogEntry.objects.filter(object_id=user.id).select_related("user")[:RECENT],
    }


def _act(request: HttpRequest, user: User, name: str, form: Form) -> bool:
    """Does it, says so and logs it; False with the form's error if it may not be done."""
    try:
        said = ACTIONS[name][1](user.id, str(request.user), form.cleaned_data)
    except NoSuchDebit:
        form.add_error("job_id", "This wallet has no debit of that job.")
    except RefundTooLarge as error:
        form.add_error(
            "amount_cents", f"At most {error.refundable_cents} credits of this job can still be returned."
        )
    except sign_in_link.NotForStaff:
        form.add_error(None, "A member of staff signs in by password.")
    except PaymentNotRefundable as error:
        form.add_error(
            "amount_cents", f"At most {error.refundable_cents} cents of this payment can still go back."
        )
    except Conflict:
        form.add_error(None, "This form was sent before with another amount. Load the page again.")
    else:
        logged = "One-time link issued." if name == "link" else said  # the link itself is a secret
        _log(request, user, f"{logged} Reason: {form.cleaned_data['reason']}")
        messages.success(request, said)
        return True
    return False


def _log(request: HttpRequest, user: User, words: str) -> None:
    LogEntry.objects.create(
        user_id=str(request.user.pk),
        content_type=ContentType.objects.get_for_model(User),
        object_id=user.id,
        object_repr=str(user)[:200],
        action_flag=CHANGE,
        change_message=words,
    )


def _give_bonus(user_id: str, operator: str, facts: dict[str, Any]) -> str:
    with user_transaction(user_id):
        done = ledger.give_bonus(
            amount_cents=facts["amount_cents"], form_id=facts["form_id"], actor=operator, note=facts["reason"]
        )
    return _said(done, f"Bonus of {facts['amount_cents']} credits given.")


def _refund_job(user_id: str, operator: str, facts: dict[str, Any]) -> str:
    with user_transaction(user_id):
        done = ledger.refund_by_operator(
            job_id=facts["job_id"],
            amount_cents=facts["amount_cents"],
            form_id=facts["form_id"],
            actor=operator,
            note=facts["reason"],
        )
    return _said(done, f"{facts['amount_cents']} credits of job {facts['job_id']} returned.")


def _freeze(user_id: str, operator: str, facts: dict[str, Any]) -> str:
    with user_transaction(user_id):
        Wallet.objects.update(is_frozen=facts["frozen"])
    return "Wallet frozen." if facts["frozen"] else "Wallet unfrozen."


def _issue_link(user_id: str, operator: str, facts: dict[str, Any]) -> str:
    url = sign_in_link.issue(
        user_id=user_id, operator=operator, reason=facts["reason"], form_id=facts["form_id"]
    )
    return f"Give this link to the visitor, it works once and for {sign_in_link.VALID_HOURS} hours: {url}"


def _said(done: ledger.Movement, words: str) -> str:
    return words if done.is_new else f"Already done: {words}"


ACTIONS: dict[str, tuple[type[Form], Callable[[str, str, dict[str, Any]], str]]] = {
    "bonus": (forms.BonusForm, _give_bonus),
    "refund_job": (forms.RefundJobForm, _refund_job),
    "freeze": (forms.FreezeForm, _freeze),
    "link": (forms.OperatorForm, _issue_link),
    "refund_payment": (forms.RefundPaymentForm, refund_payment),  # from its own page
}
