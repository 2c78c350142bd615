"""A local stand-in for the part of Stripe's API that Reel Ballers uses: its own small process over real HTTP.

The product talks to it with the real `stripe` client and never knows the difference. `docs/sandbox.md` says
how to start it, pay on it and make it misbehave.
"""

import reelballers  # noqa: F401 - the SQLite that every process of ours uses; nothing else ties the two
