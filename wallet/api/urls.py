from django.urls import path

from wallet.api import receipt, statement, views, webhook

urlpatterns = [
    path("wallet", views.WalletView.as_view()),
    path("wallet/ledger", views.LedgerView.as_view()),
    path("wallet/statement", statement.StatementView.as_view()),
    path("debit", views.DebitView.as_view()),
    path("topup", views.TopupsView.as_view()),
    path("topup/<str:session_id>", views.TopupView.as_view()),
    path("topup/<str:session_id>/receipt", receipt.ReceiptView.as_view()),
    path("webhook", webhook.webhook),
]
