"""The product's WSGI application as gunicorn serves it, which also says whether a visitor's file was open already."""

from collections.abc import Callable
from typing import Any

from reelballers.user_db import pool as pools
from reelballers.user_db.paths import alias_for
from reelballers.wsgi import application as product


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
    user_id = environ.get("HTTP_X_USER_ID")
    if not user_id:
        return product(environ, start_response)
    if environ["HTTP_X_MUST_OPEN"] == "True":
        pools.pool.close_idle(user_id)
    was_warm = str(alias_for(user_id) in pools.pool._idle)
    return product(
        environ, lambda status, headers: start_response(status, [*headers, ("X-Was-Warm", was_warm)])
    )
