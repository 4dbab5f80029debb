"""What moderation gives and takes, as the API has it."""
