"""Measurements: `python -m bench.<name>` prints a table and, as its last line, the same as JSON."""
