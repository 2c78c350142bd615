"""Shapes of the exports API. All amounts are integer US cents."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exports import shelf
from exports.batches import MAX_EXPORTS, MIN_EXPORTS
from exports.clips import names
from exports.models import ExportJob, Project
from exports.video.params import EXPORT_TYPES
from reelballers.api.fields import MAX_CENTS, StrictCharField, StrictIntegerField

MAX_NAME_BYTES = 64 * 1024


class ProjectShape(serializers.ModelSerializer):
    duration_seconds = serializers.SerializerMethodField()
    video_url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = (
            "id",
            "name",
            "duration_seconds",
            "duration_ms",
            "width",
            "height",
            "fps",
            "has_audio",
            "size_bytes",
            "video_url",
            "thumbnail_url",
            "created_at",
        )
        read_only_fields = fields

    def get_duration_seconds(self, project: Project) -> float:
        return project.duration_ms / 1000

    def get_video_url(self, project: Project) -> str:
        return f"/api/projects/{project.id}/video"

    def get_thumbnail_url(self, project: Project) -> str:
        return f"/api/projects/{project.id}/thumbnail"


NAME_TOO_LONG = "Send a name of at most 64 KB."


class NameField(serializers.CharField):
    """Any text is a name: cleaned and cut rather than refused, after an upload that may have taken minutes."""

    default_error_messages = {"not_text": "Send a text in quotes.", "too_long": NAME_TOO_LONG}

    def __init__(self, **options: Any) -> None:
        help_text = f"Cleaned and cut to {names.MAX_CHARACTERS} characters."
        super().__init__(allow_blank=True, trim_whitespace=False, help_text=help_text, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_text")
        if len(data.encode(errors="surrogatepass")) > MAX_NAME_BYTES:
            self.fail("too_long")
        return names.clean_name(data)


class ProjectUpload(serializers.Serializer):
    name = NameField(default="")
    video = serializers.FileField(help_text="mp4 or mov, whatever it is called")

    def validate_name(self, name: str) -> str:
        return name or names.UNTITLED


class ProjectFromJob(serializers.Serializer):
    from_job = StrictCharField(max_length=64, help_text="A succeeded export of yours.")
    name = NameField(default="")


class Rename(serializers.Serializer):
    name = NameField()


class JobFilter(serializers.Serializer):
    project_id = StrictCharField(max_length=64, default="", allow_blank=True)
    type = serializers.ChoiceField(EXPORT_TYPES, default="", allow_blank=True)
    status = serializers.ChoiceField(shelf.PUBLIC_STATUSES, default="", allow_blank=True)
    q = StrictCharField(max_length=200, default="", allow_blank=True, help_text="Looked for in the names.")


PARAMS_HELP = (
    "See the export parameters; {} is valid. A text is one line of Latin, Greek or Cyrillic letters; "
    "what cannot be drawn is refused by name."
)


class ExportOrder(serializers.Serializer):
    type = StrictCharField(max_length=32)
    params = serializers.JSONField(default=dict, help_text=PARAMS_HELP)

    def validate_type(self, value: str) -> str:
        if value not in settings.EXPORT_TYPES_OFFERED:
            raise serializers.ValidationError(f"Choose one of: {', '.join(settings.EXPORT_TYPES_OFFERED)}.")
        return value

    def validate_params(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise serializers.ValidationError("Send an object, for example {}.")
        return value


class QuoteRequest(ExportOrder):
    project_id = StrictCharField(max_length=64)


class StartRequest(QuoteRequest):
    cost_cents = StrictIntegerField(
        min_value=0, max_value=MAX_CENTS, required=False, help_text="The most you accept to pay."
    )


class BatchRequest(serializers.Serializer):
    project_id = StrictCharField(max_length=64)
    exports: Any = serializers.ListSerializer(
        child=ExportOrder(), min_length=MIN_EXPORTS, max_length=MAX_EXPORTS
    )
    cost_cents = StrictIntegerField(
        min_value=0, max_value=MAX_CENTS, required=False, help_text="The most you accept to pay for all."
    )


class QuoteShape(serializers.Serializer):
    cost_cents = serializers.IntegerField()
    balance_cents = serializers.IntegerField()
    shortfall_cents = serializers.IntegerField()
    blocks = serializers.IntegerField(help_text="The base price is asked this many times.")
    changes_nothing = serializers.BooleanField(help_text="The film would look like the clip.")
    same_as = serializers.CharField(
        allow_null=True, help_text="An earlier export of the very same work whose file is still there."
    )


class ReceiptShape(serializers.Serializer):
    price_version = serializers.CharField()
    sold_seconds = serializers.FloatField()
    attempts = serializers.IntegerField()
    gpu = serializers.CharField()
    run_seconds = serializers.FloatField()


class JobShape(serializers.ModelSerializer):
    job_id = serializers.CharField(source="id")
    status = serializers.ChoiceField(choices=shelf.PUBLIC_STATUSES)
    name = serializers.CharField(source="shown_name")
    refunded_cents = serializers.IntegerField(read_only=True)
    thumbnail_url = serializers.SerializerMethodField()
    output_url = serializers.SerializerMethodField()
    output_expires_at = serializers.SerializerMethodField()
    receipt = serializers.SerializerMethodField()

    class Meta:
        model = ExportJob
        fields = (
            "job_id",
            "project_id",
            "project_name",
            "name",
            "type",
            "params",
            "status",
            "progress",
            "cost_cents",
            "refunded_cents",
            "thumbnail_url",
            "output_url",
            "output_expires_at",
            "error",
            "created_at",
            "started_at",
            "finished_at",
            "receipt",
        )
        read_only_fields = fields

    def get_thumbnail_url(self, job: ExportJob) -> str | None:
        return f"/api/export/{job.id}/thumbnail" if job.has_output and job.thumbnail_path else None

    def get_output_url(self, job: ExportJob) -> str | None:
        return f"/api/export/{job.id}/output" if job.has_output else None

    def get_output_expires_at(self, job: ExportJob) -> datetime | None:
        """When the file will be deleted; null for never, or when there is none."""
        if not job.has_output or not settings.OUTPUT_RETENTION_DAYS or job.finished_at is None:
            return None
        return job.finished_at + timedelta(days=settings.OUTPUT_RETENTION_DAYS)

    @extend_schema_field(ReceiptShape(allow_null=True))
    def get_receipt(self, job: ExportJob) -> dict[str, Any] | None:
        if job.run_seconds is None:
            return None
        return {
            "price_version": job.price_version,
            "sold_seconds": job.sold_duration_ms / 1000,
            "attempts": job.attempt,
            "gpu": job.gpu,
            "run_seconds": job.run_seconds,
        }


class JobMoved(JobShape):
    """A job right after its debit or refund, with the balance that left."""

    new_balance_cents = serializers.IntegerField()

    class Meta(JobShape.Meta):
        fields = (*JobShape.Meta.fields, "new_balance_cents")  # type: ignore[assignment]


class BatchSold(serializers.Serializer):
    """What was sold together, with the balance that left."""

    jobs = JobShape(many=True)
    cost_cents = serializers.IntegerField()
    new_balance_cents = serializers.IntegerField()
