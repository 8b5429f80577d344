"""Where a program measures: an empty database of either kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.postgres import fresh_database


@contextmanager
def empty_database(kind: str, postgres: str) -> Iterator[str]:
    """Yield the URL of an empty database of `kind` (sqlite, or postgres on the server `postgres`)."""
    if kind == "sqlite":
        with TemporaryDirectory(prefix="gagyo-bench-") as folder:
            yield f"sqlite:///{Path(folder) / 'bench.db'}"
    else:
        with fresh_database(postgres) as url:
            yield url
