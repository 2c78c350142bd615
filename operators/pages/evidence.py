"""The evidence pack of a payment: a page to print, or JSON to attach."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from operators.evidence import pack
from operators.pages.page import page, require, wallet_user
from reelballers.user_db import has_user_db, user_db
from wallet.models import Topup


def evidence_page(request: HttpRequest, user_id: str, topup_id: str) -> HttpResponse:
    require(request)
    user = wallet_user(user_id)
    if not has_user_db(user.id):
        raise Http404
    with user_db(user.id):
        topup = Topup.objects.filter(pk=topup_id, status=Topup.Status.PAID).first()
    if topup is None:
        raise Http404
    facts = pack(user.id, topup)
    if request.GET.get("as") == "json":
        name = {"Content-Disposition": f'attachment; filename="evidence-{topup.id}.json"'}
        return JsonResponse(facts, json_dumps_params={"indent": 1}, headers=name)
    return page(request, "evidence.html", "Evidence for a dispute", {"account": user, **facts})
