"""What an operator sees of exports: those still open, oldest first, and those that ended."""

from django.contrib import admin

from exports.shared.models import JobSummary, OpenJob
from operators.payments_admin import wallet_link
from operators.read_only import ReadOnlyAdmin


@admin.register(OpenJob)
class OpenJobAdmin(ReadOnlyAdmin):
    list_display = fields = ("job_id", "created_at", "wallet")
    search_fields = ("job_id", "user_id")

    @admin.display(description="Wallet")
    def wallet(self, job: OpenJob) -> str:
        return wallet_link(job.user_id)


@admin.register(JobSummary)
class JobSummaryAdmin(ReadOnlyAdmin):
    list_display = fields = (
        "job_id",
        "type",
        "state",
        "error_code",
        "cost_cents",
        "refunded_cents",
        "gpu",
        "run_seconds",
        "compute_cost",
        "margin",
        "created_at",
        "wallet",
    )
    list_filter = ("state", "type", "error_code")
    search_fields = ("job_id", "user_id")

    @admin.display(description="Compute $", ordering="compute_cost_microdollars")
    def compute_cost(self, job: JobSummary) -> str:
        return f"{job.compute_cost_microdollars / 1e6:.4f}"

    @admin.display(description="Margin $")
    def margin(self, job: JobSummary) -> str:
        return f"{job.margin_microdollars / 1e6:.4f}"

    @admin.display(description="Wallet")
    def wallet(self, job: JobSummary) -> str:
        return wallet_link(job.user_id)
