"""What was done, and when to ask about it."""
