"""Several exports at once over HTTP."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from exports import batches
from exports.api.exports import buyer, key_of, note_refunds
from exports.api.serializers import BatchRequest, BatchSold, JobShape
from exports.batches import Batch
from exports.orders import Order
from reelballers.api.base import Answer, View
from reelballers.api.checked import shown
from reelballers.api.statuses import may_answer
from reelballers.user_db import user_db
from wallet import ledger


class BatchView(View):
    @extend_schema(
        request=BatchRequest,
        responses={201: BatchSold},
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER)],
    )
    @may_answer(402, 404, 409)
    def post(self, request: Request) -> HttpResponseBase:
        """Sells 2 to 8 exports of a clip together, or none; the same key and request again is the same batch."""
        batch = _batch(request)
        user_id = buyer(request)
        jobs = batches.start_batch(user_id=user_id, batch=batch)
        with user_db(user_id):
            note_refunds(jobs)
            balance_cents = ledger.balance_cents()
        facts = {
            "jobs": [shown(JobShape, job) for job in jobs],
            "cost_cents": sum(job.cost_cents for job in jobs),
            "new_balance_cents": balance_cents,
        }
        return Answer(facts, status=201)


def _batch(request: Request) -> Batch:
    asked = BatchRequest(data=request.data)
    if not asked.is_valid():
        raise ValidationError(_named(asked.errors))
    facts = asked.validated_data
    orders = [Order(facts["project_id"], one["type"], one["params"]) for one in facts["exports"]]
    return Batch(orders, facts.get("cost_cents"), key_of(request))


def _named(errors: Any) -> dict[str, Any]:
    """DRF's errors by place and field, by the names that the errors of parameters have too."""
    found = dict(errors)
    inner = found.pop("exports", {})
    if isinstance(inner, list):  # of the field itself: missing, or no list
        return {**found, "exports": inner}
    if "non_field_errors" in inner:
        return {**found, "exports": inner["non_field_errors"]}
    for number, one in inner.items():
        fields = {"non_field_errors": one} if isinstance(one, list) else one  # null is refused as a whole
        found |= {_place(number, field): texts for field, texts in fields.items()}
    return found


def _place(number: Any, field: str) -> str:
    return f"exports[{number}]" if field == "non_field_errors" else f"exports[{number}].{field}"
