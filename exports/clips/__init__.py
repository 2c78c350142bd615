"""Clips: where their files are, and the rows that name them."""
