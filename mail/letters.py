"""What a letter is: short, plain, the same as text and as HTML."""

from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Letter:
    subject: str
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()  # name and value: what a receipt lists
    code: str = ""
    button: tuple[str, str] | None = None  # words and address
    closing: tuple[str, ...] = field(default=())

    def text(self) -> str:
        parts = [*self.paragraphs]
        if self.code:
            parts.append(f"    {self.code}")
        if self.rows:
            parts.append("\n".join(f"{name}: {value}" for name, value in self.rows))
        if self.button:
            parts.append(f"{self.button[0]}: {self.button[1]}")
        return "\n\n".join([*parts, *self.closing, "--\n" + "\n".join(_footer())]) + "\n"

    def html(self) -> str:
        return render_to_string("mail/letter.html", {"letter": self, "footer": _footer()})


def _footer() -> list[str]:
    address = [settings.SELLER_ADDRESS] if settings.SELLER_ADDRESS else []
    return [settings.SELLER_NAME, *address, f"Questions? {settings.SUPPORT_EMAIL}"]
