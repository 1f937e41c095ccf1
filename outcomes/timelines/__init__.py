"""Everything that happened around one patient, newest first: what is read, its words, and one page of it."""
