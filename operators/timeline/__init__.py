"""A wallet's whole story, newest first: ledger, payments, Stripe's refunds and disputes, jobs, operators' acts."""

from operators.timeline.story import SHOWN, Story, story, story_with

__all__ = ["SHOWN", "Story", "story", "story_with"]
