"""Meets each connection before a thread does, so that slow clients cost no thread.

gunicorn gives a thread to every connection that has sent a byte: a laptop that sends 64 halves of a header, or bodies
drop by drop, had them all. Here the main loop waits until headers and a small body are there, within a deadline; only
then does a thread answer. Large bodies, and downloads, which may be read as slowly, have threads of their own: uploads
past their number are told to come again, before their body. What ends lingers in the loop too.
"""

import errno
import re
import socket
import struct
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn

from reelballers.refusals import raw_refusal
from reelballers.web_server import PoliteWorker

IDLE_SECONDS = 30.0  # a connection that was opened ahead of its first request
HEAD_SECONDS = 10.0
HEAD_BYTES = 64 * 1024
SMALL_BODY_BYTES = 256 * 1024
SMALL_BODY_SECONDS = 40.0  # at 8 KB/s, some air
STILL_SECONDS = 10.0  # without a byte of it
WAITING_BYTES = 64 * 1024 * 1024  # of all that has arrived and waits here, in one process
SLOWEST_BYTES_PER_SECOND, MEASURED_SECONDS = 8_000, 30.0
# A single read or write that gets nowhere for so long ends the connection.
STALL_SECONDS = 30
LINGER_SECONDS = 2.0
LINGER_BYTES = 4 * 1024 * 1024
SWEEP_SECONDS = 0.5

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
_EXPECT = re.compile(rb"\r\nexpect:", re.IGNORECASE)
_DOWNLOAD = re.compile(rb"GET [^ ?]*(/video|/output|/preview|/thumbnail|\.\w+)[ ?]")


class Waiting(TConn):
    """A connection, and what of its next request has arrived."""

    arrived: bytearray
    wanted_bytes: int | None  # head and body; None until the head is there
    began_at: float
    deadline: float
    lingered_bytes: int
    is_upload = False

    def expect_request(self, left_over: bytes) -> None:
        self.arrived, self.wanted_bytes, self.began_at = bytearray(left_over), None, time.monotonic()
        self.deadline = self.began_at + (HEAD_SECONDS if left_over else IDLE_SECONDS)


class ReceivingWorker(PoliteWorker):
    def init_process(self) -> None:
        self.upload_threads = max(1, self.cfg.threads // 2)
        self.uploads = ThreadPoolExecutor(self.upload_threads, thread_name_prefix="upload")
        self.downloads = ThreadPoolExecutor(self.upload_threads, thread_name_prefix="download")
        self.uploading = 0
        self.receiving: dict[Waiting, None] = {}
        self.lingering: dict[Waiting, None] = {}
        self.waiting_bytes = 0
        self.swept_at = 0.0
        super().init_process()

    def accept(self, listener: Any) -> None:
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno not in {errno.EAGAIN, errno.ECONNABORTED}:
                raise
            return
        self.nr_conns += 1
        stall = struct.pack("ll", STALL_SECONDS, 0)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, stall)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, stall)
        self.enqueue_req(Waiting(self.cfg, sock, address, listener.getsockname()))

    def enqueue_req(self, conn: Waiting) -> None:
        """Where gunicorn would give it to a thread: a new connection, or one that goes on."""
        conn.expect_request(conn.parser.unreader.take_buffered() if conn.parser else b"")
        conn.sock.setblocking(False)
        self.waiting_bytes += len(conn.arrived)
        self.receiving[conn] = None
        self.poller.register(conn.sock, EVENT_READ, partial(self._on_more, conn))
        self._consider(conn)

    def _on_more(self, conn: Waiting, sock: Any) -> None:
        try:
            data = sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._forget(conn)
            self._drop(conn)
            return
        if not conn.arrived:
            conn.deadline = time.monotonic() + HEAD_SECONDS
        conn.arrived += data
        self.waiting_bytes += len(data)
        self._consider(conn)

    def _consider(self, conn: Waiting) -> None:
        """Has enough arrived for a thread to answer without waiting?"""
        if conn.wanted_bytes is None:
            end = conn.arrived.find(b"\r\n\r\n")
            if end < 0:
                if len(conn.arrived) > HEAD_BYTES:
                    self._refuse(conn, 431)
                return
            head = bytes(conn.arrived[: end + 4])
            length = _LENGTH.search(head)
            body_bytes = int(length[1]) if length else 0
            if body_bytes > SMALL_BODY_BYTES or _EXPECT.search(head):
                self._take_upload(conn)
                return
            conn.wanted_bytes = end + 4 + body_bytes
        if len(conn.arrived) >= conn.wanted_bytes:
            self._hand_over(conn, self.downloads if _DOWNLOAD.match(conn.arrived) else self.tpool)
        elif self.waiting_bytes > WAITING_BYTES:
            self._refuse(conn, 503)
        else:
            conn.deadline = min(conn.began_at + SMALL_BODY_SECONDS, time.monotonic() + STILL_SECONDS)

    def _take_upload(self, conn: Waiting) -> None:
        if self.uploading >= self.upload_threads:
            self._refuse(conn, 503)
            return
        self.uploading += 1
        conn.is_upload = True
        self._hand_over(conn, self.uploads)

    def _hand_over(self, conn: Waiting, threads: ThreadPoolExecutor) -> None:
        arrived = self._forget(conn)
        conn.init()
        conn.parser.unreader.unread(arrived)
        if conn.is_upload:
            conn.parser.unreader.sock = Paced(conn.sock)
        future = threads.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def finish_request(self, conn: Waiting, done: Future[Any]) -> None:
        if conn.is_upload:
            conn.is_upload = False
            self.uploading -= 1
            conn.parser.unreader.sock = conn.sock
        if done.exception() is None and done.result():
            super().finish_request(conn, done)
        else:
            self._linger(conn)

    def _refuse(self, conn: Waiting, status: int) -> None:
        self._forget(conn)
        try:
            conn.sock.send(raw_refusal(status))
        except OSError:
            self._drop(conn)
        else:
            self._linger(conn)

    def _linger(self, conn: Waiting) -> None:
        """Closing while more arrives would reset the connection, the answer unread."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, EVENT_READ, partial(self._on_lingering, conn))
        except (OSError, ValueError, KeyError):  # it is closed already
            self._drop(conn)
            return
        conn.lingered_bytes, conn.deadline = 0, time.monotonic() + LINGER_SECONDS
        self.lingering[conn] = None

    def _on_lingering(self, conn: Waiting, sock: Any) -> None:
        try:
            data = sock.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        conn.lingered_bytes += len(data)
        if not data or conn.lingered_bytes > LINGER_BYTES:
            self._end_lingering(conn)

    def _end_lingering(self, conn: Waiting) -> None:
        del self.lingering[conn]
        self.poller.unregister(conn.sock)
        self._drop(conn)

    def _forget(self, conn: Waiting) -> bytes:
        """It is received no longer; what has arrived."""
        del self.receiving[conn]
        self.poller.unregister(conn.sock)
        self.waiting_bytes -= len(conn.arrived)
        arrived, conn.arrived = bytes(conn.arrived), bytearray()
        return arrived

    def _drop(self, conn: Waiting) -> None:
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """gunicorn's name for what it does in each turn of its loop."""
        super().murder_pending()
        now = time.monotonic()
        if now - self.swept_at < SWEEP_SECONDS:
            return
        self.swept_at = now
        for conn in [
            each for each in self.receiving if now > each.deadline or not (self.alive or each.arrived)
        ]:
            if conn.arrived:
                self._refuse(conn, 408)
            else:
                self._forget(conn)
                self._drop(conn)
        for conn in [each for each in self.lingering if now > each.deadline]:
            self._end_lingering(conn)


class Paced:
    """A socket whose sender must keep up a pace, an honest slow phone's: else one who sends a byte now and then would
    hold a thread for days. Ends as if the client had left."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._since, self._bytes = time.monotonic(), 0

    def recv(self, size: int) -> bytes:
        try:
            data = self._sock.recv(size)
        except BlockingIOError as error:  # the stall's timeout
            raise ConnectionResetError(errno.ECONNRESET, "the body stands still") from error
        self._bytes += len(data)
        took_seconds = time.monotonic() - self._since
        if took_seconds >= MEASURED_SECONDS:
            if self._bytes < SLOWEST_BYTES_PER_SECOND * took_seconds and data:
                raise ConnectionResetError(errno.ECONNRESET, "the body comes too slowly")
            self._since, self._bytes = time.monotonic(), 0
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)
