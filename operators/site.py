"""The admin as operators use it: find a wallet first, then what needs a hand, then everything else."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from operators.menu import menu
from operators.pages.page import LOOK

APP_ORDER = ("reelballers", "wallet_shared", "exports_shared", "operators", "djstripe", "auth")


class OperatorsSite(AdminSite):
    site_header = site_title = "Reel Ballers Desk"
    index_title = "Desk"
    index_template = "operators/desk.html"
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """dj-stripe registers a page for each of its models, with every property on it: our secret key is one."""
        if not getattr(admin_class, "__module__", "").startswith("djstripe."):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[Any]:
        from operators.pages import acts, evidence, find, job, log, months, unmatched, wallet

        def own(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_view(view), name=name)

        return [
            own("find", find.find_page, "find"),
            own("find/ask", find.ask_stripe, "ask_stripe"),
            own("wallets/<str:user_id>", wallet.wallet, "wallet_page"),
            own("wallets/<str:user_id>/acts", acts.draft, "draft"),
            own("wallets/<str:user_id>/evidence/<str:topup_id>", evidence.evidence_page, "evidence"),
            own("acts", acts.draft, "draft_without_wallet"),
            own("acts/<str:act_id>", acts.act, "act"),
            own("unmatched/<str:session_id>", unmatched.unmatched_page, "unmatched_payment"),
            own("unmatched/<str:session_id>/credit", unmatched.credit_another, "unmatched_credit"),
            own("jobs/<str:job_id>", job.job_page, "job"),
            own("log", log.log, "log"),
            own("months", months.months_page, "months"),
            own("months.csv", months.months_csv, "months_csv"),
            own("rows", self.rows, "rows"),
            *super().get_urls(),
        ]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **super().each_context(request),
            "menu": menu(request) if self.has_permission(request) else [],
        }

    def rows(self, request: HttpRequest) -> HttpResponse:
        """Django's own first page: every table that may be looked at."""
        facts = {**self.each_context(request), "title": "All rows", "app_list": self.get_app_list(request)}
        return TemplateResponse(request, "admin/index.html", facts)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps = super().get_app_list(request, app_label)
        return sorted(apps, key=lambda app: (*APP_ORDER, app["app_label"]).index(app["app_label"]))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from operators.pages.desk import desk

        if not request.user.has_perm(LOOK):
            return self.rows(request)  # staff of another kind: what they may look at
        return super().index(request, {**(extra_context or {}), **desk(request)})
