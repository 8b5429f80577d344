"""How large a guideline may be; beyond this it is no document a crew can learn."""

MAX_BYTES = 10 * 1024 * 1024
MAX_WORDS = 200_000
MAX_SECTIONS = 5_000
