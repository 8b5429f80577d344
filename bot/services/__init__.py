"""What people do, one function each: `verb(uow, *, …) -> frozen dataclass`. Services never commit."""
