"""Requests that nobody should send, drawn from the OpenAPI document: half right, half nonsense, the same for a seed."""

import json
import random
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
RUBBISH: list[Any] = [
    None, True, "", "5", -1, 0, 5.0, 1e308, 10**30, [], {}, [1], {"a": 1}, "\x00", "\u202e", "x" * 300, "💥", "\ud800",
]  # fmt: skip
TEXTS = [
    "",
    "x",
    "0",
    "-1",
    "1e9",
    "' OR 1=1--",
    "%00",
    "\u202e",
    "x" * 5000,
    "../../etc",
    "2026-11",
    "Europe/Berlin",
]
SEGMENTS = [
    "x",
    "%00",
    "%2e%2e",
    "…",
    "' OR 1=1",
    "a" * 300,
    "0" * 32,
    "%ff",
    "null",
    "%0d%0aSet-Cookie:%20a=b",
]
BODIES = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"7",
    b'"text"',
    b"\xff\xfe",
    b'{"a": NaN}',
    b"[" * 10_000,
    b"x" * 300_000,
]
TYPES = [
    "application/json",
    "application/json; charset=latin-1",
    "text/plain",
    "multipart/form-data",
    "a/b/c",
    "",
]
TYPES += ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded", "\x00"]
HEADERS: dict[str, list[str]] = {
    "Origin": ["http://localhost:8000", "https://evil.example", "null", ""],
    "Sec-Fetch-Site": ["same-origin", "cross-site", "x"],
    "Range": ["bytes=0-1", "bytes=-5", "bytes=9-1", "bytes=999999-", "lines=1", "bytes=0-1,3-4"],
    "If-None-Match": ["*", '"x"', "x"],
    "If-Range": ['"x"', "yesterday"],
    "Accept": ["text/html", "image/*", "x", "application/json;q=0"],
    "Accept-Language": ["tlh", "x" * 2000],
    "Idempotency-Key": ["k1", "k2", "", "a b", "ü", "x" * 201],
    "Transfer-Encoding": ["chunked"],
    "Cookie": ["session=x", "=", "session=" + "y" * 4000],
}
FORM = (
    b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nclip\r\n'
    b'--b\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n%s\r\n--b--\r\n'
)


@dataclass(frozen=True)
class Request:
    method: str
    template: str  # the document's path, or the address itself where it is in no document
    path: str
    query: str
    headers: dict[str, str]
    content_type: str
    body: bytes


class Fuzzer:
    def __init__(self, document: dict[str, Any], seed: int) -> None:
        self.random = random.Random(seed)
        self.document = document
        self.operations = [
            (m.upper(), path, facts) for path, ops in document["paths"].items() for m, facts in ops.items()
        ]

    def request(self, ids: list[str]) -> Request:
        """`ids` are names of things there are, this caller's and others'."""
        method, template, operation = self.random.choice(self.operations)
        if self._seldom(8):
            method = self.random.choice(METHODS)
        path = re.sub(r"\{\w+\}", lambda _: self._segment(ids), template)
        if self._seldom(30):
            path = f"{path}/{self.random.choice(SEGMENTS)}"
            template = self._template_of(path)
        body, content_type = self._body(operation, ids)
        return Request(
            method, template, path, self._query(operation, ids), self._headers(), content_type, body
        )

    def _template_of(self, path: str) -> str:
        """The document's, those without a name in them first; the address itself where there is none."""
        for template in sorted(self.document["paths"], key=lambda each: each.count("{")):
            if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path):
                return template
        return path

    def _seldom(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == 0

    def _segment(self, ids: list[str]) -> str:
        return self.random.choice(SEGMENTS if self._seldom(3) else ids)

    def _query(self, operation: dict[str, Any], ids: list[str]) -> str:
        known = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
        names = [
            name
            for name in [*known, "format", "cursor", "download", "job_id", "cost_cents"]
            if self._seldom(3)
        ]
        values = [self.random.choice([*TEXTS, *ids]) for _ in names]
        return "&".join(f"{name}={quote(value, safe='%')}" for name, value in zip(names, values, strict=True))

    def _headers(self) -> dict[str, str]:
        return {name: self.random.choice(values) for name, values in HEADERS.items() if self._seldom(12)}

    def _body(self, operation: dict[str, Any], ids: list[str]) -> tuple[bytes, str]:
        content = operation.get("requestBody", {}).get("content", {})
        if self._seldom(5) or not content:
            return self.random.choice(BODIES), self.random.choice(TYPES)
        kind = self.random.choice(sorted(content))
        if kind == "multipart/form-data":
            return FORM % self.random.choice(
                [b"", b"no film", b"\x00\x00\x00\x18ftypmp42"]
            ), f"{kind}; boundary=b"
        return json.dumps(self._value(content[kind]["schema"], ids)).encode(), kind

    def _value(self, schema: dict[str, Any], ids: list[str], name: str = "") -> Any:
        """What the schema wants, mostly."""
        if self._seldom(8):
            return self.random.choice(RUBBISH)
        if "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        if "allOf" in schema:
            return self._value(schema["allOf"][0], ids, name)
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        if schema.get("type") == "object" or "properties" in schema:
            wanted = schema.get("properties", {})
            return {key: self._value(each, ids, key) for key, each in wanted.items() if not self._seldom(8)}
        if schema.get("type") == "array":
            return [self._value(schema["items"], ids, name) for _ in range(self.random.randrange(4))]
        return self._plain(schema, ids, name)

    def _plain(self, schema: dict[str, Any], ids: list[str], name: str) -> Any:
        if name == "params":
            return self.random.choice(
                [{}, {"aspect": "9:16"}, {"factor": 2}, {"items": RUBBISH}, {"trim": RUBBISH[5]}]
            )
        if name == "type":
            return self.random.choice(["framing", "overlay", "annotate", "upscale", "x"])
        if schema.get("type") == "integer":
            return self.random.choice([1, 5, 30, 500, 10**9, schema.get("minimum", 0)])
        if "email" in name:
            return self.random.choice(["fan@example.com", "FAN@example.com", "x@", "ü@example.com"])
        return self.random.choice([*ids, *TEXTS])
