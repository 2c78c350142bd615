"""What runs elsewhere, or answers to it: Modal's containers, their orders, tickets and callbacks."""
