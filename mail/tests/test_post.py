"""A letter through the real client to the sandbox's mailbox, and what happens when mail is away."""

import pytest
import requests

from mail.letters import Letter
from mail.post import MailAway, MailRefused, send

pytestmark = pytest.mark.django_db

LETTER = Letter(
    subject="Your code",
    paragraphs=("Type this <code>:",),
    code="123456",
    rows=(("Paid", "$5.00"),),
    button=("Open", "http://localhost:8000/"),
)


def test_a_letter_arrives_as_text_and_html(mailbox):
    send(LETTER, to="anna@example.com", message_id="m1")
    (mail,) = mailbox.look("mails")
    assert (mail["to"], mail["subject"]) == (["anna@example.com"], "Your code")
    assert mail["from"] == "Reel Ballers <hello@localhost>"
    assert mail["message_id"] == "<m1@localhost>"
    assert "123456" in mail["text"]
    assert "123456" in mail["html"]
    assert "Paid: $5.00" in mail["text"]
    assert "Type this &lt;code&gt;:" in mail["html"]
    assert "support@localhost" in mail["text"]


def test_the_mailbox_is_a_page(mailbox):
    send(LETTER, to="anna@example.com", message_id="m1")
    assert "Your code" in requests.get(f"{mailbox.url}/mailbox", timeout=10).text


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 429}, {"status": 401}, {"reset": True}])
def test_mail_away_is_told_from_refused(mailbox, fault):
    mailbox.control("faults", path="/emails", **fault)
    with pytest.raises(MailAway):
        send(LETTER, to="anna@example.com", message_id="m1")
    assert mailbox.look("mails") == []


def test_a_silent_service_is_given_up(mailbox, settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "REQUESTS_TIMEOUT": 0.2}
    mailbox.control("faults", path="/emails", hang=True)
    with pytest.raises(MailAway):
        send(LETTER, to="anna@example.com", message_id="m1")


def test_a_letter_that_is_refused_for_good(mailbox):
    mailbox.control("faults", path="/emails", status=422)
    with pytest.raises(MailRefused):
        send(LETTER, to="anna@example.com", message_id="m1")


def test_nobody_there_is_away(settings):
    settings.ANYMAIL = {**settings.ANYMAIL, "RESEND_API_URL": "http://127.0.0.1:9/"}
    with pytest.raises(MailAway):
        send(LETTER, to="anna@example.com", message_id="m1")
