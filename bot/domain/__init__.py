"""The rules of the work: pure Python without I/O, clock or database."""
