"""A small FastAPI app, one SQLite file a user, as the idea of this product was first written down: the sceptic's pick.

No sessions (the user's id is the cookie), no hash chain, no idempotency, no price list, no limits, no index of open
jobs, SQLite's own defaults but for WAL. Written for `make bench` alone, to see what our rules cost.
"""
