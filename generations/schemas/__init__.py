"""Models, wishes, generations as the API gives and takes them."""
