"""The account has copies of the rows of a closed wallet's clips; they name the same files."""

from exports.models import MergedClip, Project
from reelballers.user_db import user_db, user_transaction


def copy_clips(source_id: str, target_id: str) -> int:
    """Copies each clip once: one that was deleted in the account never returns. Returns how many came."""
    with user_db(source_id):
        clips = [_facts(clip) for clip in Project.objects.all()]
    with user_db(target_id):
        known = set(MergedClip.objects.filter(source_id=source_id).values_list("project_id", flat=True))
    missing = [facts for facts in clips if facts["id"] not in known]
    if not missing:
        return 0
    with user_transaction(target_id):
        for facts in missing:
            if MergedClip.objects.filter(pk=facts["id"]).exists():
                continue
            MergedClip(project_id=facts["id"], source_id=source_id).save(force_insert=True)
            Project(**facts).save(force_insert=True)
    return len(missing)


def _facts(clip: Project) -> dict:
    return {field.attname: getattr(clip, field.attname) for field in Project._meta.concrete_fields}
