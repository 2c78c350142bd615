"""`make test-image`: takes the Dockerfile's steps in a Debian root, then buys credits and an export from what came out.

Served as user 10001 with no passwd entry and no HOME, on code that cannot be written. Needs root and debootstrap.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.clips import make_clip
from tests.image.build import PROJECT, Image, build
from tests.image.contents import faults_of
from tests.image.inputs import RECORD, hash_of_inputs
from tests.product import Product
from tests.visitor import Visitor

FOLDER = PROJECT / ".image"


class Container(Product):
    """The product as the image's CMD starts it; its data are in a folder of the image's root."""

    def __init__(self, image: Image, log_folder: Path) -> None:
        super().__init__(log_folder)
        self.image = image
        here = {name: self.environment[name] for name in ("PORT", "SANDBOX_PORT", "THROTTLES")}
        self.seen = {**image.environment, **here, "HOST": "127.0.0.1"}

    def enter(self, command: list[str]) -> list[str]:
        return self.image.root.enter(
            "sh", "-ec", f"cd {self.image.workdir}\nexec \"$@\"", "sh", *command,
            environment=self.seen, as_nobody=True,
        )  # fmt: skip

    def command_line(self) -> list[str]:
        return self.enter(self.image.commands["CMD"])

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.enter([*command]), capture_output=True, text=True, timeout=120)


def main() -> int:
    missing = [name for name in ("debootstrap", "unshare") if shutil.which(name) is None]
    if os.geteuid() != 0 or missing:
        say(f"the image was NOT tried: that needs root, debootstrap and unshare (missing: {missing})")
        return 0
    inputs = hash_of_inputs()
    image = build(FOLDER)
    faults = faults_of(image)
    if not faults:
        serve(image)
        RECORD.write_text(inputs + "\n")
    for fault in faults:
        sys.stderr.write(f"fault: {fault}\n")
    return 1 if faults else 0


def serve(image: Image) -> None:
    data = image.root.path("/data")
    shutil.rmtree(data)
    data.mkdir()
    os.chown(data, 10001, 10001)
    logs = FOLDER / "log"
    logs.mkdir(exist_ok=True)
    with Container(image, logs) as container:
        say("served as 10001, without passwd entry and HOME")
        say(container.run("id").stdout.strip())
        refused = container.run("touch", "/app/written", "/app/staticfiles/written")
        expect("code that can be written", refused.returncode, 1)
        expect("health check", container.run(*image.commands["HEALTHCHECK"]).returncode, 0)
        play(container)
        audit = container.run("python", "manage.py", "audit")
        say(audit.stdout.strip())
        expect("audit", audit.returncode, 0)
    log = container.log_path.read_text()
    expect("tracebacks in the log", log.count("Traceback"), 0)
    say("the image serves, sells and exports")


def play(container: Container) -> None:
    visitor = Visitor(container.base_url, container.sandbox_url)
    session_id = visitor.top_up(500)
    paid = visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")
    expect("balance after the top-up", paid["balance_cents"], 500)
    project = visitor.upload(make_clip(FOLDER / "clip.mp4", seconds=3))
    order = {"project_id": project["id"], "type": "annotate", "params": {"items": [TEXT]}}
    job = visitor.post("/api/export/start", order)
    done = visitor.wait_for(f"/api/export/{job['job_id']}", "status", "succeeded", "failed")
    expect("the export", done["status"], "succeeded")
    page = visitor.http.get(container.base_url + "/", headers={"Accept-Encoding": "gzip"}, timeout=30)
    script = page.text.split('src="', 1)[1].split('"', 1)[0]
    answer = visitor.http.get(container.base_url + script, headers={"Accept-Encoding": "gzip"}, timeout=30)
    expect("compression of the script", answer.headers.get("Content-Encoding"), "gzip")


TEXT = {
    "kind": "text",
    "start_seconds": 0,
    "end_seconds": 1,
    "x": 0.5,
    "y": 0.5,
    "color": "#ffffff",
    "text": "Goal",
}


def expect(what: str, found: Any, wanted: Any) -> None:
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, not {wanted!r}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
