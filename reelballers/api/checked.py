"""What a visitor sends and sees, by a serializer that is built once, not once a call."""

from functools import cache
from typing import Any

from rest_framework import serializers


def checked(shape: type[serializers.Serializer], data: Any) -> dict[str, Any]:
    """Raises ValidationError, in the words and the form of `is_valid(raise_exception=True)`."""
    if data is None:  # has words of its own, for which the serializer must have seen the data
        shape(data=data).is_valid(raise_exception=True)
    return _ready(shape).run_validation(data)


def shown(shape: type[serializers.Serializer], thing: Any) -> dict[str, Any]:
    """`shape(thing).data`, of a shape that asks nothing of its context."""
    return _ready(shape).to_representation(thing)


@cache
def _ready(shape: type[serializers.Serializer]) -> serializers.Serializer:
    """Fields keep nothing of what they check or show."""
    return shape()
