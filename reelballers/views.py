"""What belongs to no app: who am I, what is offered, ."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from exports import pricing
from reelballers.api.statuses import may_answer
from reelballers.models import User
from wallet.api.config import topup_config


class MeShape(serializers.Serializer):
    id = serializers.CharField()
    is_guest = serializers.BooleanField()
    email = serializers.EmailField(allow_null=True)


class Me(APIView):
    @extend_schema(responses=MeShape)
    @may_answer(401)
    def get(self, request: Request) -> Response:
        """Who the session belongs to; 401 without one."""
        user = User.objects.filter(pk=request.user.id).first() if request.user else None
        if user is None:
            raise NotAuthenticated
        return Response({"id": user.id, "is_guest": user.is_guest, "email": user.email})


class ConfigPack(serializers.Serializer):
    amount_cents = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not DRF's attribute


class ConfigTopup(serializers.Serializer):
    min_cents = serializers.IntegerField()
    max_cents = serializers.IntegerField()
    packs = ConfigPack(many=True)


class ConfigPrice(serializers.Serializer):
    type = serializers.CharField()
    base_cents = serializers.IntegerField()


class ConfigPrices(serializers.Serializer):
    version = serializers.CharField()
    block_seconds = serializers.IntegerField()
    types = ConfigPrice(many=True)


class ConfigSeller(serializers.Serializer):
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True)
    support_email = serializers.CharField()
    terms_url = serializers.CharField(help_text="The app's own page, or the seller's")
    privacy_url = serializers.CharField()
    refund_policy_url = serializers.CharField()


class ConfigShape(serializers.Serializer):
    publishable_key = serializers.CharField()
    currency = serializers.CharField()
    topup = ConfigTopup()
    prices = ConfigPrices()
    max_upload_bytes = serializers.IntegerField()
    seller = ConfigSeller()
    is_sandbox = serializers.BooleanField()
    support_email = serializers.EmailField()
    mailbox_url = serializers.URLField(
        allow_null=True, help_text="Where all mail goes while it is a sandbox."
    )


class Config(APIView):
    @extend_schema(responses=ConfigShape)
    def get(self, request: Request) -> Response:
        """Top-up packs and limits, the price list, the upload limit, whether payments are a sandbox."""
        return Response(
            {
                "publishable_key": settings.STRIPE_PUBLISHABLE_KEY,
                "currency": "usd",
                "topup": topup_config(),
                "prices": pricing.price_list(),
                "max_upload_bytes": settings.MAX_UPLOAD_BYTES,
                "seller": _seller(),
                "is_sandbox": settings.IS_SANDBOX,
                "support_email": settings.SUPPORT_EMAIL,
                "mailbox_url": f"{settings.MAIL_API_URL}/mailbox" if settings.MAIL_IS_SANDBOX else None,
            }
        )


def _seller() -> dict[str, str]:
    return {
        "name": settings.SELLER_NAME,
        "address": settings.SELLER_ADDRESS,
        "support_email": settings.SUPPORT_EMAIL,
        "terms_url": settings.TERMS_URL or "/terms",
        "privacy_url": settings.PRIVACY_URL or "/privacy",
        "refund_policy_url": settings.REFUND_POLICY_URL or "/refunds",
    }


@csrf_exempt
def no_such_address(request: HttpRequest) -> JsonResponse:
    """For programs; Django's own answer is a page, with DEBUG on a long one."""
    return JsonResponse({"detail": "Not found."}, status=404)
