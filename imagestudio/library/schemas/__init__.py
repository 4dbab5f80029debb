"""What is in a library, as the API gives and takes it."""
