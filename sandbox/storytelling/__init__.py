"""The story of a working day: who does what, what they see, and what must be true."""
