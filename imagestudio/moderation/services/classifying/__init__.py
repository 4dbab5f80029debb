"""A classifier's scores: had, weighed against limits, kept, and never a verdict by itself."""
