"""A TCP line to a port of this machine that a test can cut or let fall silent, as networks do."""

import contextlib
import socket
import threading
from collections.abc import Iterator

CHUNK_BYTES = 65536


class Line:
    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.is_silent = False
        self._sockets: set[socket.socket] = set()
        self._listener = _listen(0)
        self.port = self._listener.getsockname()[1]
        self._serve()

    def cut(self) -> None:
        """Connections break, new ones are refused."""
        # A close alone does not wake who waits in accept().
        for each in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._sockets.clear()

    def fall_silent(self) -> None:
        """Connections stay, and no byte of theirs ever arrives again; new ones are accepted into the same silence."""
        self.is_silent = True
        self._sockets.clear()

    def heal(self) -> None:
        """New connections work."""
        self.is_silent = False
        if self._listener.fileno() == -1:
            self._listener = _listen(self.port)
            self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target_port))
            if not self.is_silent:
                self._sockets |= {near, far}
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK_BYTES):
                if source in self._sockets:
                    target.sendall(data)
            if source in self._sockets:
                target.shutdown(socket.SHUT_WR)


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(64)
    return listener


@contextlib.contextmanager
def line_to(port: int) -> Iterator[Line]:
    line = Line(port)
    try:
        yield line
    finally:
        line.cut()
