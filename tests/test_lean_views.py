"""Our lean view and answer say what DRF's own would: bytes, headers, refusals."""

import json

import pytest
from django.test import RequestFactory
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from reelballers.api.base import Answer, View, encoded
from reelballers.api.checked import checked
from wallet.api.serializers import DebitRequest

VALUES = [
    {"a": [1, 2.5, None, True, 'ü\u2028\u2029"</script>'], "b": {}},
    [],
    "x",
    {"nested": {"list": [{"x": 0.1}]}},
]


class Plain(APIView):
    authentication_classes = []

    def get(self, request, **more):
        return Response(VALUES[0])

    def post(self, request):
        return Response(request.data, status=201)


class Lean(View):
    authentication_classes = []

    def get(self, request, **more):
        return Answer(VALUES[0])

    def post(self, request):
        return Answer(request.data, status=201)


@pytest.mark.parametrize("value", VALUES)
def test_an_answer_is_byte_for_byte_drfs(value):
    assert encoded(value) == JSONRenderer().render(value)


@pytest.mark.parametrize("method", ["get", "head", "options", "post", "put", "delete", "patch", "trace"])
@pytest.mark.parametrize("body", [b'{"a": 1}', b"{", b"", b"[1]"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/xml"])
def test_a_lean_view_answers_as_drfs(method, body, kind, accept):
    answers = []
    for view in (Plain, Lean):
        request = RequestFactory().generic(method.upper(), "/", body, kind, HTTP_ACCEPT=accept)
        response = view.as_view()(request)
        if hasattr(response, "render"):
            response.render()
        content = response.content.replace(b'"Plain"', b'"Lean"')
        answers.append((response.status_code, content, sorted(response.items())))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        {},
        {"job_id": 5},
        {"job_id": "a", "cost_cents": "5"},
        {"job_id": "\x01", "cost_cents": 0},
    ],
)
def test_what_is_refused_is_refused_in_the_same_words(data):
    details = []
    for check in (
        lambda: DebitRequest(data=data).is_valid(raise_exception=True),
        lambda: checked(DebitRequest, data),
    ):
        with pytest.raises(Exception) as refused:
            check()
        details.append((type(refused.value), json.loads(json.dumps(refused.value.detail))))
    assert details[0] == details[1]


def test_what_is_good_comes_back_the_same():
    data = {"job_id": " a ", "cost_cents": 5, "more": 1}
    asked = DebitRequest(data=data)
    asked.is_valid(raise_exception=True)
    assert checked(DebitRequest, data) == asked.validated_data
