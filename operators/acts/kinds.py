"""Every kind of act, by the name it has in addresses, forms and the log."""

from operators.acts import asking, books, jobs, money, payments, unmatched, wallets
from operators.acts.kind import Kind

KINDS: dict[str, Kind] = {
    "bonus": money.BONUS,
    "bonus_back": money.BONUS_BACK,
    "job_refund": money.JOB_REFUND,
    "payment_refund": payments.PAYMENT_REFUND,
    "freeze": wallets.FREEZE,
    "unfreeze": wallets.UNFREEZE,
    "link": wallets.LINK,
    "job_retry": jobs.JOB_RETRY,
    "job_cancel": jobs.JOB_CANCEL,
    "unmatched_settle": unmatched.UNMATCHED_SETTLE,
    "event_reapply": payments.EVENT_REAPPLY,
    "payment_sync": payments.PAYMENT_SYNC,
    "ask_stripe": asking.ASK_STRIPE,
    "month_close": books.MONTH_CLOSE,
}

# Without a wallet of its own: the payment or event may be nobody's.
WITHOUT_WALLET = {"unmatched_settle", "event_reapply", "ask_stripe", "month_close"}
