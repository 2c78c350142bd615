"""Lists newest first, page by page, with opaque cursors that stay right while rows are added."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    page_size = 50
    ordering: tuple[str, ...] = ("-created_at", "-id")


class NewestLineFirst(NewestFirst):
    ordering = ("-id",)
