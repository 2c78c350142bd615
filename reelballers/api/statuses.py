"""Every status that a call may answer with beside its good ones: what the OpenAPI document says of each.

Each call may be refused by what stands before its view, and those statuses follow from its form. What its view refuses
for reasons of its own it names with `may_answer`. A test sends nonsense to all of them and finds none unnamed.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

WORDS = {
    206: "A part of the file, as Range asked.",
    302: "The file is in object storage: a short-lived address there.",
    304: "Not changed since the copy that If-None-Match names.",
    400: "Something in the request is not right; each field says what.",
    401: "No session, or nobody's.",
    402: "The balance does not suffice; `detail` says how much is missing.",
    403: "From another site, a frozen wallet, or a proof that is too old.",
    404: "There is no such thing, or it is somebody else's.",
    409: "It contradicts what was done before, or what is going on now.",
    411: "The body came without its Content-Length.",
    412: "Somebody, perhaps you in another tab, was faster.",
    413: "Too large, or no room left in the quota.",
    415: "The body is not of a type this call reads.",
    416: "The file has no such part.",
    429: "Too often; Retry-After says when again.",
    500: "A fault of ours; it was logged.",
    502: "Stripe refused; nothing was charged.",
    503: "Not right now; nothing was changed. Retry-After says when to try again.",
}

OF_EVERY_CALL = (400, 411, 429, 500, 503)
OF_UNSAFE_CALLS = (403,)
OF_CALLS_WITH_A_BODY = (413, 415)
OF_CALLS_THAT_NAME_A_THING = (404,)
OF_FILES = (206, 302, 304, 416)


def may_answer(*statuses: int) -> Callable[[Function], Function]:
    """Says which more statuses a view's method has, for the OpenAPI document."""

    def mark(function: Function) -> Function:
        function.may_answer = statuses  # type: ignore[attr-defined]
        return function

    return mark


def of_call(method: str, path: str, operation: dict[str, Any]) -> Iterator[int]:
    yield from OF_EVERY_CALL
    if method not in {"GET", "HEAD", "OPTIONS"}:
        yield from OF_UNSAFE_CALLS
    if "requestBody" in operation:
        yield from OF_CALLS_WITH_A_BODY
    if "{" in path or any(each["name"] == "cursor" for each in operation.get("parameters", ())):
        yield from OF_CALLS_THAT_NAME_A_THING


def reference(status: int) -> dict[str, str]:
    return {"$ref": f"#/components/responses/Status{status}"}


def components() -> dict[str, Any]:
    """Said once for all calls. A 304, a redirect and a part of a file carry no JSON."""
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses = {
        f"Status{status}": {
            "description": words,
            **({"content": problem} if status >= 400 and status != 416 else {}),
        }
        for status, words in WORDS.items()
    }
    about = "`detail`, a sentence or an object with facts; or for each wrong field a list of sentences."
    return {
        "responses": responses,
        "schemas": {"Problem": {"type": "object", "additionalProperties": {}, "description": about}},
    }
