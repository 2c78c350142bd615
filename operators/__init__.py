"""The operators' side: find a wallet, read it, correct it. Money is never an editable field."""
