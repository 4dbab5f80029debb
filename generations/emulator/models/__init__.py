"""The models that this gateway knows: what they take and what they cost."""
