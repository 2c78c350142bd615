"""An act's three steps: a form, a page that shows what it would do, and, at the same address, its receipt."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from operators.acts.confirm import confirm
from operators.acts.kind import ActRefused, Kind
from operators.acts.kinds import KINDS, WITHOUT_WALLET
from operators.acts.limits import MAX_BONUS_CENTS, bonus_left_cents, twin_of
from operators.acts.payments import refund_now
from operators.acts.wallets import unused_link_of
from operators.models import OperatorAct
from operators.pages.page import operator_of, page, require, wallet_user
from operators.words import credits
from reelballers.models import User
from reelballers.user_db import has_user_db


class DraftForm(forms.Form):
    kind = forms.CharField(max_length=20, widget=forms.HiddenInput)
    of = forms.CharField(max_length=255, required=False, widget=forms.HiddenInput)
    how = forms.ChoiceField(
        choices=[("", ""), ("credit", ""), ("refund", "")], required=False, widget=forms.HiddenInput
    )
    amount_cents = forms.IntegerField(min_value=1, max_value=MAX_BONUS_CENTS)
    reason = forms.CharField(max_length=200)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = kind.who_reads
        if kind.amount_label:
            self.fields["amount_cents"].label = kind.amount_label
        else:
            del self.fields["amount_cents"]


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, user_id: str = "") -> HttpResponse:
    """GET asks how much and why; POST keeps a draft and goes on to its page. Nothing happens to the wallet."""
    sent = request.POST if request.method == "POST" else request.GET
    kind_name = sent.get("kind", "")
    kind = _kind(request, kind_name)
    user = _whose(user_id, kind_name)
    act = OperatorAct(
        kind=kind_name,
        operator_id=operator_of(request).pk,
        operator=str(request.user),
        user_id=user_id,
        of=sent.get("of", "").strip()[:255],
        how=sent.get("how", ""),
    )
    if request.method == "POST":
        form = DraftForm(request.POST, kind=kind)
        if form.is_valid() and _keep(act, kind, form):
            return redirect("admin:act", act.id)
    else:
        form = DraftForm(initial={**sent.dict(), "amount_cents": _offer(act, kind, sent)}, kind=kind)
    left = credits(bonus_left_cents(request.user)) if kind_name == "bonus" else ""
    facts = {"account": user, "kind": kind, "act": act, "form": form, "left_today": left}
    return page(request, "draft.html", kind.title, facts, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, act_id: str) -> HttpResponse:
    """GET is the draft, or the receipt once it is confirmed; POST confirms and shows the same address again."""
    require(request)
    found = get_object_or_404(OperatorAct, pk=act_id)
    if request.method == "POST":
        _kind(request, found.kind)
        if found.operator_id != operator_of(request).pk:
            raise PermissionDenied
        confirm(found, shown_after_cents=_shown(request, found))
        return redirect("admin:act", found.id)
    kind = KINDS[found.kind]
    facts: dict[str, Any] = {
        "act": found,
        "kind": kind,
        "account": User.objects.filter(pk=found.user_id).first(),
    }
    is_own = found.operator_id == operator_of(request).pk
    if found.is_draft:
        facts |= _preview(found, kind) | {"is_own": is_own and request.user.has_perm(kind.permission)}
    elif found.kind == "link" and is_own:
        facts["link"] = unused_link_of(found)
    elif found.kind == "payment_refund" and has_user_db(found.user_id):
        facts["now"] = refund_now(found)
    response = page(request, "act.html", kind.title, facts)
    response["Cache-Control"] = "no-store"  # Back asks again and finds the receipt
    return response


def _kind(request: HttpRequest, name: str) -> Kind:
    if name not in KINDS:
        raise Http404
    require(request, KINDS[name].permission)
    return KINDS[name]


def _whose(user_id: str, kind_name: str) -> User | None:
    if not user_id:
        if kind_name not in WITHOUT_WALLET:
            raise Http404
        return None
    user = wallet_user(user_id)
    if not has_user_db(user.id):
        raise Http404
    return user


def _keep(act: OperatorAct, kind: Kind, form: DraftForm) -> bool:
    act.amount_cents, act.reason = form.cleaned_data.get("amount_cents"), form.cleaned_data["reason"]
    try:
        look = kind.look(act)
    except ActRefused as refused:
        form.add_error("amount_cents" if kind.amount_label else None, str(refused))
        return False
    act.shown_after_cents = look.after_cents
    act.save(force_insert=True)
    return True


def _offer(act: OperatorAct, kind: Kind, sent: Any) -> Any:
    if "amount_cents" in sent or kind.offered_cents is None:
        return sent.get("amount_cents")
    try:
        return kind.offered_cents(act) or None
    except ActRefused:
        return None


def _preview(act: OperatorAct, kind: Kind) -> dict[str, Any]:
    facts: dict[str, Any] = {"twin": twin_of(act), "button": kind.button(act)}
    try:
        facts["look"] = kind.look(act)
    except ActRefused as refused:
        facts["trouble"] = str(refused)
    if act.kind == "job_refund":
        facts["cancel_url"] = (
            reverse("admin:draft", args=[act.user_id]) + f"?kind=job_cancel&of={act.of}&reason={act.reason}"
        )
    return facts


def _shown(request: HttpRequest, act: OperatorAct) -> int | None:
    """What the page showed that this button was on; without it, what the draft showed when it was made."""
    sent = request.POST.get("shown_after_cents", "")
    is_number = sent.isascii() and sent.removeprefix("-").isdecimal()
    return int(sent) if is_number else act.shown_after_cents
