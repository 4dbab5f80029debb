"""Rules on words: what is in force, how they are made and changed, and how they are tried."""
