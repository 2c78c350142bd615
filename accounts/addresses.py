"""Which addresses we take, and in which form."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MAX_LENGTH = 254


def cleaned(text: str) -> str:
    """The address in lower case. Raises ValidationError.

    ASCII only, looked at before anything else: the Kelvin sign becomes a k in lower case, look-alike letters become
    somebody else's account.
    """
    if not text.isascii() or len(text) > MAX_LENGTH or not text.isprintable():
        raise ValidationError("Enter an email address like name@example.com.")
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError("Enter an email address like name@example.com.") from error
    return address
