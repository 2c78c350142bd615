"""One SQLite file per user: context, connections, birth and migration. Knows no app.

    with user_db(user_id):                 # reads
        Wallet.objects.get()

    with user_transaction(user_id):        # one BEGIN IMMEDIATE … COMMIT on that user's file
        ledger.debit(...)

See docs/user-databases.md.
"""

from reelballers.user_db.context import current_user_id, user_connection, user_db, user_transaction
from reelballers.user_db.create import create_user_db
from reelballers.user_db.errors import (
    NoUserContext,
    PoolExhausted,
    UserDatabaseError,
    UserDatabaseMissing,
    UserDatabaseUnusable,
    WrongUserContext,
)
from reelballers.user_db.look import look, look_at
from reelballers.user_db.paths import (
    all_user_folders,
    all_user_ids,
    has_user_db,
    user_db_path,
    user_directory,
)

__all__ = [
    "NoUserContext",
    "PoolExhausted",
    "UserDatabaseError",
    "UserDatabaseMissing",
    "UserDatabaseUnusable",
    "WrongUserContext",
    "all_user_folders",
    "all_user_ids",
    "create_user_db",
    "current_user_id",
    "has_user_db",
    "look",
    "look_at",
    "user_connection",
    "user_db",
    "user_db_path",
    "user_directory",
    "user_transaction",
]
