"""Ask for a code, confirm it."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import codes, fresh, left, limits
from accounts.api import errors  # noqa: F401 - registers the answers
from accounts.api.serializers import CodeConfirm, CodeRequest, CodeSent, EnteredShape, RecoverRequest
from accounts.entering import Entered, change_address, enter
from accounts.recover import recover
from reelballers.api.statuses import may_answer
from reelballers.models import User
from reelballers.views import MeShape


class CodesView(APIView):
    @extend_schema(request=CodeRequest, responses={200: CodeSent})
    def post(self, request: Request) -> Response:
        """Sends a six-digit code; the answer is the same whether the address is known or not."""
        asked = CodeRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        email = asked.validated_data["email"]
        code_id = codes.ask(email=email, asker=limits.asker_of(request._request, email))
        return Response(
            {
                "code_id": code_id,
                "expires_in_seconds": codes.VALID_MINUTES * 60,
                "resend_after_seconds": limits.RESEND_SECONDS if settings.THROTTLES else 0,
            }
        )


class ConfirmView(APIView):
    @extend_schema(request=CodeConfirm, responses={200: EnteredShape})
    @may_answer(409)
    def post(self, request: Request) -> Response:
        """Claims this guest's wallet, signs in, or makes an account, by the address that the code proves."""
        asked = CodeConfirm(data=request.data)
        asked.is_valid(raise_exception=True)
        email = codes.address_proved(**asked.validated_data)
        return answer(request, enter(request._request, email))


class RecoverView(APIView):
    @extend_schema(request=RecoverRequest, responses={200: EnteredShape})
    @may_answer(404, 409)
    def post(self, request: Request) -> Response:
        """Opens a guest's lost wallet by a code to the payer's address and the card's last four digits."""
        asked = RecoverRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return answer(request, recover(request._request, **asked.validated_data))


class AddressView(APIView):
    @extend_schema(request=CodeConfirm, responses={200: MeShape})
    @may_answer(401, 409)
    def post(self, request: Request) -> Response:
        """Moves the account to the address that the code proves."""
        if request.user is None:
            raise NotAuthenticated
        fresh.require(request._request)
        asked = CodeConfirm(data=request.data)
        asked.is_valid(raise_exception=True)
        if not User.objects.filter(pk=request.user.id, is_guest=False, is_staff=False).exists():
            raise NotAuthenticated
        user = change_address(request._request, codes.address_proved(**asked.validated_data))
        return Response({"id": user.id, "is_guest": user.is_guest, "email": user.email})


def answer(request: Request, entered: Entered) -> Response:
    user = entered.user
    body: dict[str, Any] = {
        "user": {"id": user.id, "is_guest": user.is_guest, "email": user.email},
        "how": entered.how,
        "left_wallet": left.look(request._request),
    }
    response = Response(body)
    limits.remember_browser(response, user.id)
    return response
