"""Reading a clinic's patients from a CSV file: the file, its columns, its values, and what they would change."""
