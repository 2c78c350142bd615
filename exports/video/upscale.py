"""Upscale: every pixel becomes factor × factor, by Lanczos."""

from typing import Any

from exports.video.color import to_bt709
from exports.video.command import Plan, chain, upright
from exports.video.facts import ClipFacts


def plan(facts: ClipFacts, params: dict[str, Any]) -> Plan:
    """The export for validated `params`: both sides times the factor, less an odd row or column before."""
    prepare, width, height = upright(facts)
    width, height = width * params["factor"], height * params["factor"]
    # Colours first: there are fewer pixels then.
    filters = [*prepare, *to_bt709(facts), f"scale={width}:{height}:flags=lanczos+accurate_rnd", "setsar=1"]
    return Plan(chain(f"0:{facts.video_index}", filters, "video"), width, height)
