"""What `default` should know about a user's jobs, told from the jobs themselves. See user_db/reindex.py."""

from collections.abc import Iterator

from exports.models import ExportJob, State
from exports.shared.models import JobSummary, OpenJob
from exports.worker.closing import summary_of
from reelballers.user_db.reindex import Claim
from wallet.models import Debit


def claims_of(user_id: str) -> Iterator[Claim]:
    refunded = dict(Debit.objects.values_list("job_id", "refunded_cents"))
    for job in ExportJob.objects.exclude(state=State.ABORTED):
        if job.is_open:
            yield Claim(OpenJob(job_id=job.id, user_id=user_id, created_at=job.created_at))
        else:
            facts = summary_of(user_id, job, refunded_cents=refunded.get(job.id, 0))
            yield Claim(JobSummary(job_id=job.id, **facts))
