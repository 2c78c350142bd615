"""Devices: where an account or a guest's wallet is open, and how to end that."""

from django.contrib.auth import SESSION_KEY
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import SessionsEnded, SessionShape
from reelballers import left_wallet
from reelballers.api.statuses import may_answer
from reelballers.models import Session
from reelballers.sessions import end_sessions, public_id_of


class SessionsView(APIView):
    @extend_schema(responses=SessionShape(many=True))
    @may_answer(401)
    def get(self, request: Request) -> Response:
        """Every browser that this wallet is open in, the newest first."""
        rows = Session.objects.filter(user_id=_user_id(request)).order_by("-seen_at", "session_key")
        return Response([_shown(row, request.session.session_key) for row in rows])

    @extend_schema(responses={200: SessionsEnded}, operation_id="account_sessions_end_others")
    @may_answer(401)
    def delete(self, request: Request) -> Response:
        """Ends all of them but this one."""
        return Response({"ended": end_sessions(_user_id(request), but_key=request.session.session_key)})


class SessionView(APIView):
    @extend_schema(responses={204: None})
    @may_answer(401)
    def delete(self, request: Request, public_id: str) -> Response:
        """Ends one."""
        for row in Session.objects.filter(user_id=_user_id(request)):
            if public_id_of(row.session_key) == public_id:
                if row.session_key == request.session.session_key:
                    sign_out(request)
                row.delete()
                return Response(status=204)
        raise Http404


class SignOutView(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """Ends this session. A guest's wallet that was left aside in this browser is open again."""
        sign_out(request)
        return Response(status=204)


def sign_out(request: Request) -> None:
    request._request.session.flush()
    left_wallet.come_back(request._request)


def _shown(row: Session, this_key: str | None) -> dict:
    return {
        "id": public_id_of(row.session_key),
        "device": row.device or "A browser",
        "began_at": row.began_at,
        "seen_at": row.seen_at,
        "is_this": row.session_key == this_key,
    }


def _user_id(request: Request) -> str:
    if request.user is None:
        raise NotAuthenticated
    return str(request._request.session[SESSION_KEY])
