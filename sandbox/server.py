"""The process: one thread for each connection, so that calls told to hang never block the others."""

from wsgiref.types import WSGIApplication

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from sandbox.config import HOST


class Server(ThreadedWSGIServer):
    request_queue_size = 256


class Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # headers and body are two writes; waiting costs 40 ms an answer

    def get_environ(self) -> dict:
        # A fault may watch or cut the caller's connection.
        return super().get_environ() | {"sandbox.connection": self.connection}


def bind(port: int) -> Server:
    """Take the port, before anything else is begun; OSError when another process has it."""
    return Server((HOST, port), Handler)


def serve(server: Server, application: WSGIApplication) -> None:
    """Serve until the process is stopped."""
    server.set_app(application)
    server.serve_forever(poll_interval=0.5)
