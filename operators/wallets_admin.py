"""All wallets as the worker last read them; a row leads to the wallet's page, which reads the file."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from operators.read_only import ReadOnlyAdmin
from operators.words import dollars, number
from reelballers.models import WalletSummary


class Standing(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"
    _WANTED: ClassVar[dict[str, tuple[str, dict[str, Any]]]] = {
        "credits": ("Has credits", {"balance_cents__gt": 0}),
        "debt": ("In debt", {"balance_cents__lt": 0}),
        "frozen": ("Frozen", {"is_frozen": True}),
        "empty": ("Empty", {"balance_cents": 0}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, words) for name, (words, _) in self._WANTED.items()]

    def queryset(self, request: HttpRequest, rows: QuerySet[WalletSummary]) -> QuerySet[WalletSummary]:
        chosen = self._WANTED.get(self.value() or "")
        return rows.filter(**chosen[1]) if chosen else rows


@admin.register(WalletSummary)
class WalletSummaryAdmin(ReadOnlyAdmin):
    list_display = fields = ("wallet", "balance", "worth", "state")
    list_display_links = None
    list_filter = (Standing,)
    search_fields = ("user_id__startswith",)
    ordering = ("-balance_cents", "user_id")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Wallets", **(extra_context or {})})

    @admin.display(description="Wallet", ordering="user_id")
    def wallet(self, row: WalletSummary) -> str:
        url = reverse("admin:wallet_page", args=[row.pk])
        return format_html('<a class="id" href="{}">{}</a>', url, row.pk[:12])

    @admin.display(description="Credits", ordering="balance_cents")
    def balance(self, row: WalletSummary) -> str:
        return format_html(
            '<b class="num{}">{}</b>', " bad" if row.balance_cents < 0 else "", number(row.balance_cents)
        )

    @admin.display(description="Dollars", ordering="balance_cents")
    def worth(self, row: WalletSummary) -> str:
        return format_html('<span class="num">{}</span>', dollars(row.balance_cents))

    @admin.display(description="State", ordering="is_frozen")
    def state(self, row: WalletSummary) -> str:
        if row.is_frozen:
            return format_html('<span class="chip cold">{}</span>', "Frozen")
        if row.balance_cents < 0:
            return format_html('<span class="chip bad">{}</span>', "In debt")
        return format_html('<span class="chip">{}</span>', "Open")
