"""What this browser's wallet is kept by, and what it could be kept by."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import left
from accounts.api.serializers import AccountShape
from reelballers.api.statuses import may_answer
from reelballers.models import User
from reelballers.user_db import user_db
from reelballers.visitors import wallet_user_id
from wallet.models import Topup


class AccountView(APIView):
    @extend_schema(responses={200: AccountShape})
    @may_answer(401)
    def get(self, request: Request) -> Response:
        """The address, the one given at Checkout (unverified: a suggestion for its owner), what was left aside."""
        user = User.objects.filter(pk=request.user.id).first() if request.user else None
        if user is None:
            raise NotAuthenticated
        return Response(
            {
                "email": user.email,
                "payer_email": None if user.email else _payer_email(request),
                "left_wallet": left.look(request._request),
            }
        )


def _payer_email(request: Request) -> str | None:
    user_id = wallet_user_id(request)
    if user_id is None:
        return None
    with user_db(user_id):
        given = Topup.objects.filter(payer_email__isnull=False).order_by("-paid_at")
        return given.values_list("payer_email", flat=True).first()
