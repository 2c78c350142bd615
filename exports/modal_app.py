"""The exports on Modal: `modal deploy -m exports.modal_app`. No Django inside, no secret either.

Each function takes the signed address of its order and returns a plain envelope; see exports/far/container.py.
"""

import os
from typing import Any

import modal

APP_NAME = os.environ.get("MODAL_APP_NAME", "reel-ballers-exports")
GPU = "T4"
PYTHON = "3.11"
# The versions in requirements.txt; a test compares them. imageio-ffmpeg brings the pinned ffmpeg.
PACKAGES = ("av==18.1.0", "imageio-ffmpeg==0.8.1", "pillow==13.0.0")
HOURS = 3600
# The worker cancels a call at its job's own deadline, and one nobody waits for is told so by its first callback:
# these bound what is left.
TIMEOUT_SECONDS = {"framing": 6 * HOURS, "overlay": 6 * HOURS, "annotate": 6 * HOURS, "upscale": 24 * HOURS}
# None: our worker counts attempts itself and refunds after the third.
RETRIES = 0
MEMORY_MB = 4096
CPUS = 4.0
# Said here because the default leaves out all that is not Python, and the font must come along.
NOT_SHIPPED = ["**/tests/**", "**/migrations/**", "**/__pycache__/**"]

image = (
    modal.Image.debian_slim(python_version=PYTHON)
    .pip_install(*PACKAGES)
    .add_local_python_source("exports", ignore=NOT_SHIPPED)
)
app = modal.App(APP_NAME, image=image)


@app.function(gpu=GPU, cpu=CPUS, memory=MEMORY_MB, timeout=TIMEOUT_SECONDS["framing"], retries=RETRIES)
def framing(order_url: str) -> dict[str, Any]:
    return _export(order_url)


@app.function(gpu=GPU, cpu=CPUS, memory=MEMORY_MB, timeout=TIMEOUT_SECONDS["overlay"], retries=RETRIES)
def overlay(order_url: str) -> dict[str, Any]:
    return _export(order_url)


@app.function(gpu=GPU, cpu=CPUS, memory=MEMORY_MB, timeout=TIMEOUT_SECONDS["annotate"], retries=RETRIES)
def annotate(order_url: str) -> dict[str, Any]:
    return _export(order_url)


@app.function(gpu=GPU, cpu=CPUS, memory=MEMORY_MB, timeout=TIMEOUT_SECONDS["upscale"], retries=RETRIES)
def upscale(order_url: str) -> dict[str, Any]:
    return _export(order_url)


def _export(order_url: str) -> dict[str, Any]:
    from exports.far.container import export

    return export(order_url, gpu=GPU, call_id=modal.current_function_call_id() or "")
