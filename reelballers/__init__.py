"""Reel Ballers Wallet: credits, payments and exports.

Importing this package swaps the standard library's SQLite for the one bundled with pysqlite3, before anything
can open a database. SQLite 3.7.0–3.51.2 can corrupt a WAL file when two connections write or checkpoint at once,
and two SQLite libraries in one process drop each other's file locks: so there is one, and it is new enough.
"""

import sys

import pysqlite3
import pysqlite3.dbapi2

MINIMUM_SQLITE = (3, 51, 3)

if pysqlite3.sqlite_version_info < MINIMUM_SQLITE:
    sys.exit(
        f"SQLite {pysqlite3.sqlite_version} has the WAL-reset bug; "
        f"install a pysqlite3 with SQLite {'.'.join(map(str, MINIMUM_SQLITE))} or newer."
    )

sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
