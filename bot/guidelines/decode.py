"""Turns the bytes of a text document into text, by its marks first and by likelihood last."""

from __future__ import annotations

import codecs
import re

from bot.guidelines.problems import BadGuideline, GuidelineProblem

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)
CONTROL = {code: " " for code in range(32) if code not in (9, 10, 13)} | {0x7F: " ", 0xFFFE: "", 0xFFFF: ""}
# More bytes above ASCII than this are Korean text, fewer are typographic quotes in an English one.
KOREAN_SHARE = 0.1


def decode(data: bytes, *, html: bool = False) -> str:
    """The text of a document, without control characters; raises BadGuideline(broken) for other bytes."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return strictly(data[len(mark) :], encoding)
    if b"\0" in data[:4096]:
        raise BadGuideline(GuidelineProblem.BROKEN, part="encoding")
    declared = META_CHARSET.search(data[:4096]) if html else None
    try:
        return printable(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    if declared:
        return strictly(data, declared.group(1).decode("ascii"))
    high = sum(byte >= 0x80 for byte in data[:100_000]) / min(len(data), 100_000)
    return strictly(data, "cp949" if high > KOREAN_SHARE else "cp1252")


def strictly(data: bytes, encoding: str) -> str:
    """Decodes or refuses: a document with lost letters would be quoted wrongly."""
    try:
        return printable(data.decode(encoding))
    except (UnicodeDecodeError, LookupError):
        raise BadGuideline(GuidelineProblem.BROKEN, part="encoding") from None


def printable(text: str) -> str:
    """The text with control characters as spaces and lone surrogates replaced; databases store no NUL."""
    return text.translate(CONTROL).encode("utf-8", "replace").decode("utf-8")
