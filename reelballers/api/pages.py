"""Lists newest first, page by page, with opaque cursors that stay right while rows are added."""

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    page_size = 50
    ordering: tuple[str, ...] = ("-created_at", "-id")


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
