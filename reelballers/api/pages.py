"""Lists newest first, page by page, with opaque cursors that stay right while rows are added."""

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

CURSOR = OpenApiParameter("cursor", str, description="From `next` or `previous` of another page.")


class NewestFirst(CursorPagination):
    page_size = 50
    ordering: tuple[str, ...] = ("-created_at", "-id")

    def paginate_queryset(self, *arguments: Any, **more: Any) -> Any:
        """Raises NotFound, also for a well-formed cursor whose place is no time and no number."""
        try:
            return super().paginate_queryset(*arguments, **more)
        except (ValueError, OverflowError, ValidationError):
            raise NotFound(self.invalid_cursor_message) from None


class NewestLineFirst(NewestFirst):
    ordering = ("-id",)


def page_of(shape: type[serializers.Serializer]) -> serializers.Serializer:
    """The OpenAPI shape of one page of these."""
    return inline_serializer(
        name=f"{shape.__name__}Page",
        fields={
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": shape(many=True),
        },
    )
