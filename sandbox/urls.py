"""Stripe's API, the checkout page, the control page and its JSON."""

from django.urls import path, re_path

from sandbox.api.call import call_view
from sandbox.control import views as control
from sandbox.pages import checkout, static

urlpatterns = [
    re_path(r"^v1/", call_view),
    path("c/pay/<str:session_id>", checkout.pay_page),
    path("c/pay/<str:session_id>/authenticate", checkout.authenticate_page),
    path("", control.page),
    re_path(r"^control/(?P<path>.*)$", control.command),
    path("static/<str:name>", static.asset),
]
