"""Published data sets against reference values: what ``check_data`` compares, one module for each reference file."""
