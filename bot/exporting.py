"""An export as a file on disk: whole or not at all, and never in the place of another one unasked."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from bot.db.unit_of_work import Transactions
from bot.domain.exports import Order
from bot.reports.export import Progress, count_steps, write_export


@dataclass(frozen=True)
class Exported:
    """A finished file: its rows, heads aside, and its length in bytes."""

    path: Path
    rows: int
    size: int


def export_to_stream(
    transactions: Transactions,
    order: Order,
    stream: BinaryIO,
    *,
    begin: Progress = lambda _steps: None,
    progress: Progress = lambda _steps: None,
) -> int:
    """Write an export to an open stream, which stays open, and return its rows, heads aside.

    `begin` is told how many steps `progress` will count, 0 where that is not known.
    """
    with transactions.reading() as session:
        begin(count_steps(session, order))
    out = TextIOWrapper(stream, encoding=order.encoding, newline="")
    try:
        with transactions.reading() as session:
            return write_export(session, order, out, progress)
    finally:
        out.detach()


def export_to_file(
    transactions: Transactions,
    order: Order,
    path: Path,
    *,
    force: bool = False,
    begin: Progress = lambda _steps: None,
    progress: Progress = lambda _steps: None,
) -> Exported:
    """Write an export to `path`, readable by its owner only, and return what came of it.

    It is written beside it under another name first, so that nobody finds half a file. Raises
    FileExistsError when there is a file of that name and `force` is not set, and OSError where nothing can be
    written.
    """
    if path.exists() and not force:
        raise FileExistsError(path)
    handle, name = mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            rows = export_to_stream(transactions, order, out, begin=begin, progress=progress)
            out.flush()
            os.fsync(out.fileno())
        # Somebody may have put a file there while this one was written.
        if path.exists() and not force:
            raise FileExistsError(path)
        size = draft.stat().st_size
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Exported(path, rows, size)
