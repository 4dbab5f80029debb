"""What moderators, the people they decide about, and the clock can do."""
