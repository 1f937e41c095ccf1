"""Pages about patients and about what they agree to."""
