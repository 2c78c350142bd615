"""dj-stripe's own event handlers, taken out."""


def disconnect() -> None:
    """Theirs call Stripe inside a transaction on `default`, which locks the whole site for as long as Stripe takes;
    the worker brings dj-stripe's models up to date instead (copies.py)."""
    from djstripe import event_handlers
    from djstripe.models import Event
    from djstripe.signals import WEBHOOK_SIGNALS

    from wallet.stripe import api as stripe_api

    stripe_api.configure_globals()
    handlers = [f for name, f in vars(event_handlers).items() if name.startswith("handle_") and callable(f)]
    for signal in WEBHOOK_SIGNALS.values():
        for handler in handlers:
            signal.disconnect(handler, sender=Event)
