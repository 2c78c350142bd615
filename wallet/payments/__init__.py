"""What a payment at Stripe means for a wallet. Nothing here speaks HTTP to Stripe itself."""
