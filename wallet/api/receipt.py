"""What was paid for a purchase, and how."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from reelballers.api.statuses import may_answer
from reelballers.visitors import wallet_user_id
from wallet import receipts
from wallet.api.serializers import PaymentReceipt
from wallet.models import Topup
from wallet.payments import topups


class ReceiptView(APIView):
    @extend_schema(responses={200: PaymentReceipt})
    @may_answer(502)
    def get(self, request: Request, session_id: str) -> Response:
        """Of a paid purchase of one's own: dollars, card, and Stripe's receipt, which Stripe is asked for."""
        user_id = wallet_user_id(request)
        if user_id is None:
            raise Http404
        topup = topups.find(user_id=user_id, session_id=session_id)
        if topup is None or topup.status != Topup.Status.PAID:
            raise Http404
        return Response(PaymentReceipt(receipts.receipt_of(topup)).data)
