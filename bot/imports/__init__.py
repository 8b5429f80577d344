"""Reads the task files a PM uploads: bytes in, frozen rows out, and every problem at once."""
