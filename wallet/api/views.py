"""The wallet over HTTP: balance, ledger, debit, top-up. Views find the wallet, call one service, answer."""

import contextlib
from typing import Any

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reelballers.api.base import Answer, View
from reelballers.api.checked import checked, shown
from reelballers.api.pages import CURSOR, NewestLineFirst, page_of
from reelballers.api.statuses import may_answer
from reelballers.throttles import Calls, NewGuests, Topups
from reelballers.user_db import user_db, user_transaction
from reelballers.visitors import wallet_user_id, wallet_user_id_created
from wallet import ledger
from wallet.api import errors  # noqa: F401 - registers the answers
from wallet.api.serializers import (
    DebitDone,
    DebitRequest,
    LedgerLine,
    TopupRequest,
    TopupStarted,
    TopupStatus,
    WalletShape,
)
from wallet.errors import InsufficientFunds
from wallet.models import LedgerEntry, Topup, Wallet
from wallet.payments import topups
from wallet.sources import file_of_debit
from wallet.stripe import api as stripe_api

NO_WALLET = {"balance_cents": 0, "currency": "usd", "debt_cents": 0, "is_frozen": False}

PUBLIC_TOPUP_STATUS = {
    Topup.Status.PAID: "paid",
    Topup.Status.FAILED: "failed",
    Topup.Status.EXPIRED: "expired",
}


class WalletView(View):
    @extend_schema(responses=WalletShape)
    def get(self, request: Request) -> HttpResponseBase:
        """The visitor's balance; zero before the first purchase."""
        user_id = wallet_user_id(request)
        if user_id is None:
            return Answer(NO_WALLET)
        with user_db(user_id):
            balance_cents, is_frozen = ledger.standing()
        return Answer(
            {
                "balance_cents": balance_cents,
                "currency": "usd",
                "debt_cents": max(0, -balance_cents),
                "is_frozen": is_frozen,
            }
        )


class LedgerView(View):
    @extend_schema(
        responses=page_of(LedgerLine),
        parameters=[CURSOR],
        operation_id="ledger_list",
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Every movement, newest first."""
        user_id = wallet_user_id(request)
        if user_id is None:
            return Answer({"next": None, "previous": None, "results": []})
        pages = NewestLineFirst()
        with user_db(user_id):
            lines: Any = pages.paginate_queryset(LedgerEntry.objects.all(), request, view=self)
        return pages.get_paginated_response([shown(LedgerLine, line) for line in lines])


class DebitView(View):
    @extend_schema(request=DebitRequest, responses=DebitDone)
    @may_answer(402, 409)
    def post(self, request: Request) -> HttpResponseBase:
        """Takes `cost_cents` for `job_id`, once; the same call again gets the first answer."""
        asked = checked(DebitRequest, _body_or_query(request))
        user_id = wallet_user_id(request)
        if user_id is None:
            raise InsufficientFunds(balance_cents=0, required_cents=asked["cost_cents"])
        with user_transaction(file_of_debit(user_id, asked["job_id"])):
            done = ledger.debit(**asked)
        return Answer({"success": True, "new_balance_cents": done.balance_cents})


class TopupsView(APIView):
    throttle_classes = [Calls, Topups, NewGuests]

    @extend_schema(request=TopupRequest, responses=TopupStarted)
    @may_answer(409, 502)
    def post(self, request: Request) -> Response:
        """Opens a Stripe Checkout Session for the visitor, who becomes a guest if nobody is signed in."""
        asked = TopupRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        user_id = wallet_user_id_created(request)
        topup = topups.start_topup(user_id=user_id, amount_cents=asked.validated_data["amount_cents"])
        return Response({"checkout_url": topup.checkout_url, "session_id": topup.session_id})


class TopupView(APIView):
    @extend_schema(responses=TopupStatus)
    def get(self, request: Request, session_id: str) -> Response:
        """How a purchase stands. Asks Stripe while it is not settled, and credits it if it is paid."""
        user_id = wallet_user_id(request)
        if user_id is None:
            raise Http404
        topup, _ = _topup_and_balance(user_id, session_id)
        if topup.status not in PUBLIC_TOPUP_STATUS:
            # Without Stripe what is known is still an answer: webhook or reconciler will credit it.
            with contextlib.suppress(stripe_api.StripeUnavailable, stripe_api.StripeRefused):
                topups.refresh(user_id=user_id, topup=topup)
        topup, balance_cents = _topup_and_balance(user_id, session_id)
        status = PUBLIC_TOPUP_STATUS.get(Topup.Status(topup.status), "pending")
        return Response({"status": status, "credits": topup.credits, "balance_cents": balance_cents})


def _topup_and_balance(user_id: str, session_id: str) -> tuple[Topup, int]:
    topup = topups.find(user_id=user_id, session_id=session_id)
    if topup is None:
        raise Http404
    with user_db(user_id):
        return topup, Wallet.objects.get().balance_cents


def _body_or_query(request: Request) -> Any:
    """The JSON body, or without one the query, whose digits count as integers."""
    if request.data:
        return request.data
    query = request.query_params.dict()
    cost = query.get("cost_cents", "")
    return (
        {**query, "cost_cents": int(cost)} if cost.isascii() and cost.isdigit() and len(cost) < 19 else query
    )
