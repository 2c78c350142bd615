"""What can be wrong with a user's database. The web edge answers 503: nothing was done, a retry may help."""


class UserDatabaseError(Exception):
    """Base of everything below."""


class NoUserContext(UserDatabaseError):
    """A user's table was touched outside `with user_db(user_id)`. Never falls through to `default`."""


class WrongUserContext(UserDatabaseError):
    """An object of one user's file was used in another's context."""


class UserDatabaseMissing(UserDatabaseError):
    """The file of a known user is not there: a lost volume or a wrong DATA_DIR, never a new wallet."""


class UserDatabaseUnusable(UserDatabaseError):
    """The file, or the folder of all files, is there but cannot be used; the message says why."""


class UserDatabaseReplaced(UserDatabaseError):
    """The file was restored or erased while this connection was open; nothing was written."""


class PoolExhausted(UserDatabaseError):
    """Every connection stayed in use until the deadline."""
