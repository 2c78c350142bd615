"""Reads JSON bodies within bounds; every kind of rubbish is a 400 or 413, never a 500."""

import json
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MAX_JSON_BYTES = 256 * 1024


class BoundedJSONParser(JSONParser):
    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MAX_JSON_BYTES + 1)
        if len(raw) > MAX_JSON_BYTES:
            raise RequestDataTooBig(f"JSON bodies are limited to {MAX_JSON_BYTES} bytes")
        try:
            data = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
            if b"\\u" in raw:
                json.dumps(data, ensure_ascii=False).encode()  # half a surrogate pair cannot be stored
        except (ValueError, RecursionError) as error:
            raise ParseError(
                f"The body is not valid JSON: {str(error)[:200] or 'nested too deeply'}"
            ) from error
        return data


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")
