"""The legal lane: requests to remove something, and what is kept for authorities."""
