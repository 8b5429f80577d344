"""What people must be told, kept as rows written in the same transaction as the change itself."""
