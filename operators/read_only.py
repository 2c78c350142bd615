"""Pages of rows that only code writes."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from reelballers.redaction import redacted


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows the fields it names. One that names none would show all there are, and what a later version adds."""

    actions: Any = ()
    list_per_page = 50
    show_full_result_count = False  # counting all rows for a search is what makes a long list slow

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = str(self.model._meta.verbose_name_plural)
        title = title[:1].upper() + title[1:]  # never "stripe events"
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        assert self.fields, f"{type(self).__name__} must name its fields"
        return self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def told(name: str) -> Any:
    """A field whose text others wrote, an error's say: shown without the secrets it may quote."""

    @admin.display(description=name.replace("_", " "))
    def shown(row: Model) -> str:
        return redacted(str(getattr(row, name) or "")) or "–"

    shown.__name__ = name
    return shown
