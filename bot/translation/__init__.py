"""Translation that leaves everything but words as it is: mentions, links, code, numbers, names and private data."""
