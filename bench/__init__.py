"""Benchmarks: ratios against a floor measured in the same run, never one absolute time."""

import reelballers  # noqa: F401 - swaps SQLite before anything here opens a database
