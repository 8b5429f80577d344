"""One engine a file, all behind the same promise."""
