"""What an operator sees of exports: those still open, the longest first, and those that ended."""

from django.contrib import admin

from exports import pricing
from exports.models import OPEN_STATES, State
from exports.shared.models import JobSummary, OpenJob
from operators import columns
from operators.filters import one_of
from operators.read_only import ReadOnlyAdmin

ENDS = [state.value for state in State if state not in (*OPEN_STATES, State.ABORTED)]
STATE_TONES = {"succeeded": "good", "failed": "bad", "timed_out": "bad"}


@admin.register(OpenJob)
class OpenJobAdmin(ReadOnlyAdmin):
    """What has been open longest is what is stuck."""

    list_display = fields = (columns.when("created_at", "Sold (UTC)"), columns.job(), columns.wallet())
    list_display_links = None
    search_fields = ("job_id__exact", "user_id__startswith")
    ordering = ("created_at", "job_id")


@admin.register(JobSummary)
class JobSummaryAdmin(ReadOnlyAdmin):
    list_display = (
        columns.chip("state", "State", STATE_TONES),
        "type",
        columns.when("created_at", "Sold (UTC)"),
        columns.wallet(),
        columns.money("cost_cents", "Price"),
        columns.money("refunded_cents", "Returned"),
        "run_seconds",
        "margin",
        columns.job(),
    )
    list_display_links = None
    fields = (*list_display, "error_code", "gpu", "compute_cost", "price_version", "job_id")
    list_filter = (one_of("state", ENDS), one_of("type", pricing.BASE_CENTS))
    search_fields = ("job_id__exact", "user_id__startswith", "error_code__exact")
    ordering = ("-created_at", "job_id")

    @admin.display(description="Compute $", ordering="compute_cost_microdollars")
    def compute_cost(self, job: JobSummary) -> str:
        return f"{job.compute_cost_microdollars / 1e6:.4f}"

    @admin.display(description="Kept $")
    def margin(self, job: JobSummary) -> str:
        return f"{job.margin_microdollars / 1e6:.4f}"
