"""Files with Range: what a video element needs to seek. gunicorn sends them from the kernel (sendfile)."""

import hashlib
import re
from typing import IO, Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from rest_framework.request import Request

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
BLOCK_BYTES = 256 * 1024

# Private: a shared cache must not keep it. Revalidated: a deleted clip is gone at once.
_HEADERS = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}


def ranged_file(
    request: Request, name: str, *, content_type: str, download_as: str | None = None
) -> HttpResponseBase:
    """A stored file, whole or the one asked-for range, 304 while the browser's copy is current.

    Files in object storage are answered by a redirect to a short-lived address there.
    """
    if (address := _presigned(name, content_type, download_as)) is not None:
        return HttpResponseRedirect(address, headers={"Cache-Control": "private, no-store"})
    try:
        file: Any = default_storage.open(name, "rb")
    except FileNotFoundError:
        raise Http404("The file is no longer there.") from None
    etag = _etag(name, file.size)
    if (current := get_conditional_response(request._request, etag=etag)) is not None:
        file.close()
        return current
    response = _whole_or_part(request, file, etag, content_type)
    if download_as:
        response["Content-Disposition"] = content_disposition_header(True, download_as)
    return response


def _whole_or_part(request: Request, file: Any, etag: str, content_type: str) -> HttpResponseBase:
    size_bytes = file.size
    asked = _asked(request.headers.get("Range", ""), size_bytes)
    if request.headers.get("If-Range", etag) != etag:
        asked = None  # their copy is of another file: the whole of this one, please
    if asked is None:
        response: HttpResponseBase = FileResponse(file.file, content_type=content_type)
        response["Content-Length"] = str(size_bytes)
    else:
        first, last = asked
        if first > last:
            file.close()
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size_bytes}", **_HEADERS})
        file.seek(first)
        response = FileResponse(_Part(file, last - first + 1), status=206, content_type=content_type)
        response["Content-Range"] = f"bytes {first}-{last}/{size_bytes}"
        response["Content-Length"] = str(last - first + 1)
    response.block_size = BLOCK_BYTES  # type: ignore[attr-defined]
    for header, value in {**_HEADERS, "ETag": etag}.items():
        response[header] = value
    return response


def _presigned(name: str, content_type: str, download_as: str | None) -> str | None:
    """A short-lived address in object storage; None where files lie on this machine."""
    try:
        default_storage.path(name)
    except NotImplementedError:
        facts = {"ResponseContentType": content_type}
        if download_as:
            facts["ResponseContentDisposition"] = content_disposition_header(True, download_as)
        return default_storage.url(name, parameters=facts)  # type: ignore[call-arg]
    return None


def _etag(name: str, size_bytes: int) -> str:
    """Strong: a stored name is written once, under a random id."""
    return f'"{hashlib.sha256(f"{name}:{size_bytes}".encode()).hexdigest()[:32]}"'


class _Part:
    """The next `length` bytes of a file, as a file."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self._file, self._left = file, length

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted)
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._file.close()


def _asked(header: str, size_bytes: int) -> tuple[int, int] | None:
    """(first, last) of a single range, last < first if it cannot be had; None to ignore the header (RFC 9110)."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None  # none, several, or another unit
    first_text, last_text = found.groups()
    if first_text == "":
        return max(0, size_bytes - int(last_text)), size_bytes - 1
    if last_text and int(last_text) < int(first_text):
        return None
    return int(first_text), min(int(last_text or size_bytes - 1), size_bytes - 1)
