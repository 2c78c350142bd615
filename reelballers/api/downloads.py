"""Files with Range: what a video element needs to seek. gunicorn sends them from the kernel (sendfile)."""

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from rest_framework.request import Request

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


def ranged_file(
    request: Request, name: str, *, content_type: str, download_as: str | None = None
) -> HttpResponseBase:
    """A stored file, whole or the one asked-for range; private, and revalidated by the browser."""
    try:
        file = default_storage.open(name, "rb")
    except FileNotFoundError:
        raise Http404("The file is no longer there.") from None
    size_bytes = file.size
    wanted = _wanted(request.headers.get("Range", ""), size_bytes)
    if wanted is None and request.headers.get("Range", "").startswith("bytes="):
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size_bytes}"})
    first, last = wanted or (0, size_bytes - 1)
    file.seek(first)
    length = last - first + 1
    response = FileResponse(
        file.file if first == 0 and length == size_bytes else _Part(file, length), content_type=content_type
    )
    if wanted:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last}/{size_bytes}"
    response["Content-Length"] = str(length)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-cache"
    if download_as:
        response.as_attachment, response.filename = True, download_as
        response["Content-Disposition"] = f'attachment; filename="{download_as}"'
    return response


class _Part:
    """The next `length` bytes of a file, as a file."""

    def __init__(self, file: object, length: int) -> None:
        self._file, self._left = file, length

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data: bytes = self._file.read(wanted)  # type: ignore[attr-defined]
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._file.close()  # type: ignore[attr-defined]


def _wanted(header: str, size_bytes: int) -> tuple[int, int] | None:
    """(first, last) of a satisfiable single range; None for none, several, or one that cannot be had."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first_text, last_text = found.groups()
    if first_text == "":
        first, last = max(0, size_bytes - int(last_text)), size_bytes - 1
    else:
        first, last = int(first_text), min(int(last_text or size_bytes - 1), size_bytes - 1)
    return (first, last) if first <= last else None
