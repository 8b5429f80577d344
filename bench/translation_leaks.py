"""Looks for private data where none may be: requests to engines, logs, tables, texts of exceptions."""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from types import TracebackType
from typing import Self
from urllib.parse import unquote_plus

from sqlalchemy import text

from bot.db.engine import Database

ALLOWED_TABLES = frozenset({"source_text", "rendition", "person"})
"""Where what people wrote is kept on purpose."""

# These speak to Slack, where the message came from, and to the database, where it is kept; what they say of it
# at DEBUG never passes the bot's own log handler.
_CARRIERS = ("slack_sdk", "slack_bolt", "websockets", "sqlalchemy", "uvicorn", "asyncio", "aiosqlite")
_BETWEEN = re.compile(r"[\s().·-]+")


class Needles:
    """Private strings, found however they are spelt: encoded in an address, in full width, with other dashes."""

    def __init__(self, private: Iterable[str]) -> None:
        self._needles = {needle: _plain(needle) for needle in private if needle.strip()}

    def found_in(self, haystack: str) -> frozenset[str]:
        """Return the private strings that the text holds."""
        variants = {haystack, unescape(haystack), unquote_plus(haystack), _decoded(haystack)}
        plain = [_plain(one) for one in variants]
        return frozenset(
            needle for needle, wanted in self._needles.items() if any(wanted in one for one in plain)
        )


def _plain(words: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", words)).lower()


def _decoded(words: str) -> str:
    """Return a text with JSON's escapes decoded, so that Hangul in a body is found."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), words)


class Records(logging.Handler):
    """Keeps every record of every logger but those that carry messages on purpose, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []
        self._guard = threading.Lock()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the whole of a record: message, arguments, exception and stack."""
        if record.name.startswith(_CARRIERS):
            return
        said = f"{record.name} {record.getMessage()} {record.args!r} {record.stack_info or ''}"
        if record.exc_info and record.exc_info[0] is not None:
            said += " " + logging.Formatter().formatException(record.exc_info)
        with self._guard:
            self.said.append(said)


@dataclass
class Ears:
    """Hears everything that is logged, and everything said in exceptions, while it is open."""

    records: Records = field(default_factory=Records)
    spoken: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._level, self._hook = logging.root.level, threading.excepthook
        logging.root.addHandler(self.records)
        logging.root.setLevel(logging.DEBUG)
        threading.excepthook = self._hear
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        logging.root.removeHandler(self.records)
        logging.root.setLevel(self._level)
        threading.excepthook = self._hook

    def _hear(self, crash: threading.ExceptHookArgs) -> None:
        self.spoken.append(f"{crash.exc_type.__name__}: {crash.exc_value}")

    @property
    def all(self) -> list[str]:
        """Everything heard."""
        return [*self.records.said, *self.spoken]


@contextmanager
def listening_to(kinds: Collection[type[Exception]], spoken: list[str]) -> Iterator[None]:
    """Keep what exceptions of these kinds say whenever one is made, raised and swallowed ones included."""
    originals = {kind: kind.__init__ for kind in kinds}

    def listen(kind: type[Exception]) -> None:
        original = originals[kind]

        def init(self: Exception, *args: object, **more: object) -> None:
            original(self, *args, **more)
            spoken.append(f"{kind.__name__} {self} {self.args!r}")

        setattr(kind, "__init__", init)  # noqa: B010 -- a method of a class that is a variable

    for kind in kinds:
        listen(kind)
    try:
        yield
    finally:
        for kind, original in originals.items():
            setattr(kind, "__init__", original)  # noqa: B010 -- as above


def rows_of(database: Database) -> Iterator[tuple[str, str]]:
    """Yield the name of a table and all of a row of it, for every row where no message may be."""
    with database.reader.connect() as connection:
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        ).scalars()
        for name in names.all():
            if name not in ALLOWED_TABLES:
                for row in connection.execute(text(f'SELECT * FROM "{name}"')):
                    yield str(name), " ".join(str(value) for value in row)
