"""What was spent and what is left, as pages and the API show it. Amounts are micro-dollars."""
