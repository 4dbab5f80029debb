"""What operations of moderation take and give."""
