"""Reads an upload's form: bounded before a byte of it is stored, and indifferent to what its file is called."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser as DjangoMultiPartParser
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import DataAndFiles, MultiPartParser

from exports.api.serializers import NAME_TOO_LONG
from exports.clips import media

FORM_OVERHEAD_BYTES = 64 * 1024


class _FormParser(DjangoMultiPartParser):
    """Django's, which drops a file whose name is empty, and cannot store one whose ending is too long."""

    def sanitize_file_name(self, file_name: str) -> str:
        return "clip"  # what it is, its boxes say

    def parse(self) -> Any:
        """Django closes the files that came whole; half a one would lie on the disk until garbage is collected."""
        try:
            return super().parse()
        except Exception:
            for handler in self._upload_handlers:  # type: ignore[attr-defined]
                handler.upload_interrupted()
            raise


class BoundedMultiPartParser(MultiPartParser):
    """Refuses what is too large, or has no room, before a byte of it is stored."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> DataAndFiles:
        request: HttpRequest = (parser_context or {})["request"]
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if int(declared) > settings.MAX_UPLOAD_BYTES + FORM_OVERHEAD_BYTES:
            raise RequestDataTooBig
        media.check_disk_reserve()
        meta = {**request.META, "CONTENT_TYPE": media_type}
        try:
            data, files = _FormParser(meta, stream, request.upload_handlers).parse()
        except RequestDataTooBig as error:  # of the fields, which are only a name
            raise ValidationError({"name": [NAME_TOO_LONG]}) from error
        return DataAndFiles(data, files)
