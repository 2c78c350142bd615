"""Strict JSON fields: what is not exactly the right type is refused, never converted."""

from typing import Any

from rest_framework import serializers

MAX_CENTS = 1_000_000_000


class StrictIntegerField(serializers.IntegerField):
    """A JSON integer: "500", 5.0 and true are refused (DRF's own field takes the first two)."""

    default_error_messages = {"not_integer": "Send a whole number without quotes, for example 500."}

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("not_integer")
        return super().to_internal_value(data)


class StrictCharField(serializers.CharField):
    """A JSON string of printable text: numbers are refused (DRF's own field takes them)."""

    default_error_messages = {
        "not_text": "Send a text in quotes.",
        "control": "Control characters are not allowed.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_text")
        if any(ord(character) < 32 or ord(character) == 127 for character in data):
            self.fail("control")
        return super().to_internal_value(data)
