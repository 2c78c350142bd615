"""All that speaks Stripe: the client, its events, its endpoint. Knows nothing of what a payment means."""
