from django.urls import path

from accounts.api import account, codes, merge, sessions

urlpatterns = [
    path("account", account.AccountView.as_view()),
    path("account/code", codes.CodesView.as_view()),
    path("account/code/confirm", codes.ConfirmView.as_view()),
    path("account/email", codes.AddressView.as_view()),
    path("account/recover", codes.RecoverView.as_view()),
    path("account/merge", merge.MergeView.as_view()),
    path("account/merge/decline", merge.DeclineView.as_view()),
    path("account/sessions", sessions.SessionsView.as_view()),
    path("account/sessions/<str:public_id>", sessions.SessionView.as_view()),
    path("account/sign-out", sessions.SignOutView.as_view()),
]
