"""`python -m exports.tests.racing_worker FOLDER`: a worker that meets another one at each of its claims.

Before a claim it waits until another one stands at the same; then both go at the same moment. FOLDER keeps who was
where: `claims/<job>-<attempt>/<pid>` says how it ended for them. Whoever wins when DIES_AFTER claims were won dies with
the attempt in its hands and leaves its name in `died`; the others work on.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import django

MEET_SECONDS = 5.0  # then alone: nobody else may be left
TAKE_BREATH_SECONDS = 0.05
DIES_AFTER = 5


def main(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reelballers.settings")
    django.setup()
    from django.core.management import call_command

    from exports import jobs

    jobs.claim = meeting(jobs.claim, folder)
    call_command("worker")


def meeting(claim: Any, folder: Path) -> Any:
    def claim_together(*, user_id: str, job: Any) -> Any:
        place = folder / "claims" / f"{job.id}-{job.attempt + 1}"
        place.mkdir(parents=True, exist_ok=True)
        mine = place / str(os.getpid())
        mine.write_text("stands")
        wait_for_another(place)
        claimed = claim(user_id=user_id, job=job)
        mine.write_text("won" if claimed else "lost")
        if claimed:
            die_if_due(folder, place.name)
        return claimed

    return claim_together


def wait_for_another(place: Path) -> None:
    deadline = time.monotonic() + MEET_SECONDS
    while len(arrived := [each.stat().st_mtime for each in place.iterdir()]) < 2:
        if time.monotonic() > deadline:
            return
        time.sleep(0.005)
    time.sleep(max(0.0, max(arrived) + TAKE_BREATH_SECONDS - time.time()))


def die_if_due(folder: Path, attempt: str) -> None:
    won = sum(word.read_text() == "won" for word in folder.glob("claims/*/*"))
    if won >= DIES_AFTER:
        with contextlib.suppress(FileExistsError), (folder / "died").open("x") as grave:
            grave.write(attempt)
            grave.flush()
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
