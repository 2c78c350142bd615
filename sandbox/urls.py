"""Stripe's API and Resend's, the checkout page, the mailbox, the control page and its JSON."""

from django.urls import path, re_path

from sandbox.api.call import call_view
from sandbox.control import views as control
from sandbox.mail.api import emails
from sandbox.mail.pages import mailbox
from sandbox.pages import checkout, static

urlpatterns = [
    re_path(r"^v1/", call_view),
    path("c/pay/<str:session_id>", checkout.pay_page),
    path("c/pay/<str:session_id>/authenticate", checkout.authenticate_page),
    path("emails", emails),
    path("mailbox", mailbox),
    path("", control.page),
    re_path(r"^control/(?P<path>.*)$", control.command),
    path("static/<str:name>", static.asset),
]
