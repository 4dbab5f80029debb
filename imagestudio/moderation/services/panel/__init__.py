"""What the panel shows, and the deeds that only its pages have."""
