"""The price list: one table in one file. Changing it means a new PRICE_VERSION; jobs keep the one they were sold at."""

import math
from typing import Any

from django.conf import settings

PRICE_VERSION = "2026-11"
BLOCK_SECONDS = 30
# A "30 second" clip measures 30.03 s: half a second beyond a block is free.
GRACE_MS = 500

BASE_CENTS = {"framing": 5, "overlay": 8, "annotate": 10, "upscale": 30}

# Expected GPU seconds of one block and what a second costs (T4, $0.00016): for the operators' margins.
EXPECTED_GPU_SECONDS = {"framing": 10, "overlay": 15, "annotate": 15, "upscale": 60}
GPU_MICRODOLLARS_PER_SECOND = {"T4": 160, "": 0}
GPU_OF_BACKEND = {"modal": "T4", "local": ""}


def blocks(duration_ms: int) -> int:
    """Blocks of 30 s that a clip is sold as: at least one."""
    return max(1, math.ceil((duration_ms - GRACE_MS) / (BLOCK_SECONDS * 1000)))


def price_cents(export_type: str, duration_ms: int) -> int:
    return BASE_CENTS[export_type] * blocks(duration_ms)


def price_list() -> dict[str, Any]:
    """What the front end shows; only types that are offered."""
    return {
        "version": PRICE_VERSION,
        "block_seconds": BLOCK_SECONDS,
        "types": [{"type": name, "base_cents": BASE_CENTS[name]} for name in settings.EXPORT_TYPES_OFFERED],
    }
