"""The mailbox: every mail the product has sent, as its reader would see it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sandbox.mail.api import shown
from sandbox.models import Mail

SHOWN = 100


def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "sandbox/mailbox.html", {"mails": newest()})


def newest() -> list[dict]:
    return [shown(mail) for mail in Mail.objects.order_by("-id")[:SHOWN]]
