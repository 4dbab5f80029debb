"""Strikes: plans of what counts, what counts now, and what would have counted."""
