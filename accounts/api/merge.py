"""Add this browser's own wallet to the account, or not."""

from django.contrib.auth import SESSION_KEY
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import fresh, left, merge
from accounts.api.serializers import MergeDone, MergePreview
from accounts.errors import MergeRefused
from reelballers import left_wallet
from reelballers.api.statuses import may_answer
from reelballers.user_db import has_user_db, user_db
from wallet.models import Wallet

DECLINED = "declined_merge"


class MergeView(APIView):
    @extend_schema(responses={200: MergePreview})
    @may_answer(401, 409)
    def get(self, request: Request) -> Response:
        """What would be added to what."""
        target_id = _user_id(request)
        source_id = left.left_user_id(request._request)
        found = left.look(request._request)
        return Response(
            {
                "left_wallet": found,
                "balance_cents": _balance_cents(target_id),
                "is_declined": source_id is not None and request._request.session.get(DECLINED) == source_id,
            }
        )

    @extend_schema(request=None, responses={200: MergeDone})
    @may_answer(401, 409)
    def post(self, request: Request) -> Response:
        """Adds it, for ever. Repeated, nothing more happens."""
        target_id = _user_id(request)
        fresh.require(request._request)
        source_id = left.left_user_id(request._request)
        if source_id is None:
            raise MergeRefused("This browser has no other wallet to add.")
        merge.merge(source_id=source_id, target_id=target_id)
        left_wallet.forget(request._request)
        return Response({"balance_cents": _balance_cents(target_id)})


class DeclineView(APIView):
    @extend_schema(request=None, responses={204: None})
    @may_answer(401)
    def post(self, request: Request) -> Response:
        """Only stops the asking: the wallet stays where it is."""
        _user_id(request)
        request._request.session[DECLINED] = left.left_user_id(request._request)
        return Response(status=204)


def _user_id(request: Request) -> str:
    if request.user is None:
        raise NotAuthenticated
    return str(request._request.session[SESSION_KEY])


def _balance_cents(user_id: str) -> int:
    if not has_user_db(user_id):
        return 0
    with user_db(user_id):
        return Wallet.objects.get().balance_cents
