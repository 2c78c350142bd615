"""How dj-stripe and we share an event: dj-stripe stores it, our receiver adds an inbox row in the same transaction."""

from typing import Any


def connect() -> None:
    """Disconnects dj-stripe's own handlers and connects ours.

    Theirs call Stripe inside a transaction on `default`, which locks the whole site for as long as Stripe takes;
    the worker brings dj-stripe's models up to date instead.
    """
    from djstripe import event_handlers
    from djstripe.models import Event
    from djstripe.signals import WEBHOOK_SIGNALS

    from wallet.payments import events
    from wallet.stripe import api as stripe_api

    stripe_api.configure_globals()
    handlers = [f for name, f in vars(event_handlers).items() if name.startswith("handle_") and callable(f)]
    for signal in WEBHOOK_SIGNALS.values():
        for handler in handlers:
            signal.disconnect(handler, sender=Event)
    event_handlers.djstripe_receiver(list(events.OUR_EVENTS))(record_event)


def record_event(sender: Any, event: Any, **kwargs: Any) -> None:
    from wallet.payments import events

    events.record(
        {
            "id": event.id,
            "type": event.type,
            "created": int(event.created.timestamp()) if event.created else 0,
            "data": event.data,
        }
    )
