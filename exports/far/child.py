"""`python -m exports.far.child JOB.json`: what `exports.video` is as a process, for clips in object storage.

The job's `order` names files by address; progress.json and manifest.json go to `output_dir` all the same.
"""

import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from exports.video import __main__ as child


def main(arguments: list[str]) -> int:
    cancelled = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: cancelled.set())
    threading.Thread(target=child._die_with_parent, daemon=True).start()
    job = json.loads(Path(arguments[0]).read_text())
    child._limit(job)
    folder = Path(job["output_dir"])
    envelope = _work(job["order"], folder, cancelled)
    for name in ("source.mp4", "output.mp4"):
        (folder / name).unlink(missing_ok=True)
    child.write_json(folder / "manifest.json", envelope)
    return 0


def _work(order: dict[str, Any], folder: Path, cancelled: threading.Event) -> dict[str, Any]:
    # After the limits, so that they hold for what it loads.
    from exports.far.container import NotWanted, render_order

    progress = child.Progress(folder / "progress.json")
    try:
        return render_order(order, folder, on_progress=progress, should_cancel=cancelled.is_set)
    except (OSError, NotWanted) as error:
        text = f"{type(error).__name__}: {error}"[:500]
        return {"ok": False, "error_code": "internal", "error": text, "seconds": 0.0}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
