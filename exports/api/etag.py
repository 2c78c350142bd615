import hashlib
from typing import Any

from rest_framework.renderers import JSONRenderer


def etag_of(data: Any) -> str:
    """A strong validator of a JSON answer."""
    return f'"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'
