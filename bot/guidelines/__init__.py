"""Reads guideline documents: bytes of four formats in, one tree of sections and its chunks out."""
