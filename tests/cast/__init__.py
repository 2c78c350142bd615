"""The cast of all tests: wallets with credits, clips, jobs, payments at Stripe and their histories."""
