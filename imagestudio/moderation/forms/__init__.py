"""What people fill in on moderation's pages: a module per topic."""
