"""Logging for every process: one handler on stderr, and a filter that keeps secrets and contents out."""

from __future__ import annotations

import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from json import dumps
from pathlib import PurePath
from types import TracebackType
from typing import IO, Any
from urllib.parse import quote, quote_plus

REDACTED = "[redacted]"
# Shorter values would also match ordinary words.
SHORTEST_SECRET = 6

# A repr of a repr, or JSON within JSON, puts backslashes in front of quotes and slashes.
_SLASH = r"(?:\\*/|%2f)"
_QUOTE = r"\\*[\"']"
_SCHEME = rf"https?(?::|%3a){_SLASH}{{2}}"
_URL_REST = r"[^\s\"'<>|]*"
_VALUE = r"(?!\[redacted)(?:[^\s\"'\\&,;})\]]|\\+[^\s\"'\\])+"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        # Slack's tokens: xoxb-, xoxp-, xoxe.xoxp-1-, xwfp- and the app-level xapp-.
        (r"x(?:ox[a-z](?:\.xox[a-z])?|app|wfp)-[a-z0-9%+/=_-]+", REDACTED),
        (r"\bv0=[0-9a-f]{16,}", f"v0={REDACTED}"),
        (
            rf"(authorization(?:{_QUOTE})?\s*[:=,][\s(]*(?:b?{_QUOTE})?)(?:(?:bearer|basic|token)\s+)?{_VALUE}",
            rf"\g<1>{REDACTED}",
        ),
        (r"\b((?:bearer|basic)\s+)[a-z0-9._~+/=-]{8,}", rf"\g<1>{REDACTED}"),
        # A response_url lets anybody speak as the bot; a local Slack serves it under another host.
        (rf"(?:{_SCHEME})?hooks\.slack(?:-gov)?\.com{_URL_REST}", REDACTED),
        (rf"{_SCHEME}[^\s\"'<>|]*?{_SLASH}response{_SLASH}{_URL_REST}", REDACTED),
        (rf"(response_urls?(?:{_QUOTE})?\s*[:=]\s*\[?(?:{_QUOTE})?){_VALUE}", rf"\g<1>{REDACTED}"),
        # The ticket in a Socket Mode address opens the app's event stream.
        (r"(wss?://[^\s\"'?]*\?)[^\s\"'>]+", rf"\g<1>{REDACTED}"),
        (r"([a-z][a-z0-9+.-]*://[^\s:/@\"']*:)[^\s/\"']+@", rf"\g<1>{REDACTED}@"),
        (
            rf"((?:secret|password|passwd|token)(?:{_QUOTE})?\s*[=:]\s*(?:b?{_QUOTE})?){_VALUE}",
            rf"\g<1>{REDACTED}",
        ),
    )
)

# The least level at which a library may speak. Bolt prints bodies of badly signed requests at INFO, slack_sdk
# and websockets print every message at DEBUG, urllib3 prints the text to be translated as part of an address,
# and SQLAlchemy prints parameters; APScheduler and Alembic only say at length that all is well. Bolt copies the
# root level onto its loggers when an App is built, so no level set on a logger would last: the handler decides.
_FLOORS: tuple[tuple[str, int], ...] = (
    ("slack_bolt.RequestVerification", logging.WARNING),
    ("slack_bolt.middleware.request_verification", logging.WARNING),
    ("slack_bolt", logging.INFO),
    ("slack_sdk", logging.INFO),
    ("websockets", logging.INFO),
    ("urllib3", logging.WARNING),
    ("httpx", logging.WARNING),
    ("httpcore", logging.WARNING),
    ("deepl", logging.WARNING),
    ("sqlalchemy", logging.WARNING),
    ("apscheduler", logging.WARNING),
    ("alembic", logging.WARNING),
)
# Bolt's two warnings that quote what a person typed (values of suggestions, submissions, even whole bodies).
_QUOTES_BODY = re.compile(r"(Unhandled request |.* for the request )\(.*", re.DOTALL)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class RedactingFilter(logging.Filter):
    """Rewrites a record so that whoever handles it next sees no secret; drops what libraries must not say."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        spellings: set[str] = set()
        for secret in secrets:
            if len(secret) >= SHORTEST_SECRET:
                spellings |= {secret, quote(secret, safe=""), quote_plus(secret)}
                spellings |= {dumps(secret)[1:-1], repr(secret)[1:-1]}
        # The longest goes first, so that a secret which contains another one disappears whole.
        ordered = sorted(spellings, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def redact(self, text: str) -> str:
        """Give the text without tokens, signatures, Authorization values, response URLs and given secrets."""
        if self._secrets is not None:
            text = self._secrets.sub(REDACTED, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, cleaned in place, unless its library may not speak at this level."""
        if record.levelno < _floor(record.name):
            return False
        try:
            message = record.getMessage()
        # Formatting runs __str__ of foreign objects, which may raise anything. Python's own answer to that is
        # to print the raw arguments to stderr, the very thing this filter exists to prevent.
        except Exception as error:
            message = f"a log line could not be formatted: {type(error).__name__}"
        if record.name.startswith("slack_bolt"):
            message = _QUOTES_BODY.sub(r"\1(left out)", message)
        record.msg, record.args = self.redact(message), ()
        if record.exc_info and record.exc_info[0] is not None:
            # Formatters print exc_text when it is there; without exc_info nobody can format the original.
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_info = None
        if record.exc_text:
            record.exc_text = self.redact(record.exc_text)
        if record.stack_info:
            record.stack_info = self.redact(record.stack_info)
        for name in vars(record).keys() - _STANDARD:
            setattr(record, name, self._clean(getattr(record, name)))
        return True

    def _clean(self, value: object) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        try:
            return self.redact(str(value))
        except Exception as error:  # As above: __str__ of a foreign object.
            return f"unprintable: {type(error).__name__}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ts (UTC), level, logger, message, any extra fields, exception and stack."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; the record must have gone through RedactingFilter."""
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        extra = vars(record).keys() - _STANDARD - line.keys()
        line |= {name: getattr(record, name) for name in sorted(extra)}
        if record.exc_text:
            line["exception"] = record.exc_text
        if record.stack_info:
            line["stack"] = record.stack_info
        return dumps(line, ensure_ascii=False, default=str)


def configure_logging(
    level: str = "INFO", *, json: bool = False, secrets: Iterable[str] = (), stream: IO[str] | None = None
) -> RedactingFilter:
    """Make the root logger write to `stream` (stderr) through the filter, uncaught exceptions included.

    Call it again to change it; handlers that uvicorn attached to its own loggers are removed.
    `secrets` are literal values to hide, such as the signing secret. Raises ValueError for an unknown level.
    """
    redacting = RedactingFilter(secrets)
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.addFilter(redacting)
    text = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if json else text)
    logging.root.setLevel(level.upper())
    logging.root.handlers[:] = [handler]
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    return redacting


def describe(error: BaseException) -> tuple[str, str]:
    """Name an exception's type and the innermost place it came through, without a word of its message."""
    trace, place = error.__traceback__, "?"
    while trace is not None:
        code = trace.tb_frame.f_code
        place = f"{PurePath(code.co_filename).name}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return type(error).__name__, place


def _floor(name: str) -> int:
    for prefix, level in _FLOORS:
        if name == prefix or name.startswith(prefix + "."):
            return level
    return logging.NOTSET


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("bot.crash").critical("uncaught exception", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_value is None or issubclass(crash.exc_type, SystemExit):
        return
    name = crash.thread.name if crash.thread is not None else "?"
    logging.getLogger("bot.crash").critical(
        "uncaught exception in thread %s",
        name,
        exc_info=(crash.exc_type, crash.exc_value, crash.exc_traceback),
    )
