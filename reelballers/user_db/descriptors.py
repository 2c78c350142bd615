"""Room for the pool's files beside everything else a process has open."""

import resource

from django.conf import settings

PER_CONNECTION = 3  # the file, its -wal and its -shm
FOR_THE_REST = 1024  # sockets, `default`, media, logs


def raise_limit() -> None:
    """A process starts with 1024, on macOS 256, and may raise that as far as the hard limit."""
    # SQLite keeps a closed connection's descriptor, to be used again, while another one to the same file is open: a
    # user whose calls came side by side may leave one for each thread.
    per_connection = PER_CONNECTION + settings.WEB_THREADS - 1
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = per_connection * settings.USER_DB_CONNECTIONS + FOR_THE_REST
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
