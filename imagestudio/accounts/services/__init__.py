"""What can be done with users, accounts, tokens and idempotency keys."""
