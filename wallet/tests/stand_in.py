"""An HTTP server in Stripe's place that answers what a test tells it to, and counts what it is asked."""

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = tuple[int, Any] | float  # (status, JSON or raw bytes), or the seconds to say nothing


class StandIn(ThreadingHTTPServer):
    """`answers["GET /v1/refunds"]` is an answer, or a function of the parameters that makes one; else `otherwise`."""

    daemon_threads = True
    UNKNOWN: Answer = (404, {"error": {"type": "invalid_request_error", "code": "x"}})

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []  # call, parameters, headers
        self.answers: dict[str, Answer | Callable[[dict[str, str]], Answer]] = {}
        self.otherwise = self.UNKNOWN
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def calls(self) -> list[str]:
        return [call for call, _, _ in self.asked]


class _Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes; waiting costs 40 ms an answer

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        params = dict(parse_qsl(parts.query) + parse_qsl(body))
        call = f"{self.command} {parts.path}"
        self.server.asked.append((call, params, dict(self.headers)))
        answer = self.server.answers.get(call, self.server.otherwise)
        if callable(answer):
            answer = answer(params)
        if isinstance(answer, float):
            time.sleep(answer)
            self.close_connection = True
            return
        status, thing = answer
        payload = thing if isinstance(thing, bytes) else json.dumps(thing).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_DELETE = _serve

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


def listed(*things: dict[str, Any]) -> dict[str, Any]:
    return {"object": "list", "data": list(things), "has_more": False, "url": "/v1"}
