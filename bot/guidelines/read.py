"""Bytes in, guideline out: finds the format, converts it to HTML, reads the one tree."""

from __future__ import annotations

from pathlib import PurePath

from bot.guidelines.decode import decode
from bot.guidelines.document import Guideline
from bot.guidelines.docx import docx_to_html
from bot.guidelines.elements import parse
from bot.guidelines.leads import plain
from bot.guidelines.limits import MAX_BYTES, MAX_SECTIONS, MAX_WORDS
from bot.guidelines.markdown import markdown_to_html
from bot.guidelines.outline import Outline
from bot.guidelines.pdf import pdf_to_html
from bot.guidelines.problems import BadGuideline, GuidelineProblem
from bot.guidelines.safely import read_guideline_safely
from bot.guidelines.tree import TreeReader

__all__ = ["MAX_BYTES", "BadGuideline", "GuidelineProblem", "read_guideline", "read_guideline_safely"]

NAME_LENGTH = 120
MARKDOWN_SUFFIXES = frozenset((".md", ".markdown", ".mdown", ".txt"))
HTML_SUFFIXES = frozenset((".html", ".htm", ".xhtml"))
OLE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


def read_guideline(data: bytes, name: str) -> Guideline:
    """Reads a Markdown, HTML, DOCX or PDF document; `name` is its file name.

    Raises BadGuideline and nothing else. Runs parsers on foreign data in this process: use
    `read_guideline_safely` for anything a person uploaded.
    """
    if len(data) > MAX_BYTES:
        raise BadGuideline(GuidelineProblem.TOO_LARGE, megabytes=str(MAX_BYTES // 1024 // 1024))
    if not data.strip():
        raise BadGuideline(GuidelineProblem.EMPTY)
    try:
        return read_known(data, name)
    except BadGuideline:
        raise
    except MemoryError:
        raise BadGuideline(GuidelineProblem.TOO_LARGE, part="memory") from None
    except Exception:
        # Parsers of foreign formats raise whatever a damaged file leads them to (KeyError, AssertionError,
        # struct.error, RecursionError …), and their messages quote the content: both end here.
        raise BadGuideline(GuidelineProblem.BROKEN) from None


def read_known(data: bytes, name: str) -> Guideline:
    """Reads a document; parsers may raise anything."""
    path = PurePath(name.replace("\\", "/"))
    text, foreign = convert(data, path.suffix.lower())
    root = parse(text, foreign=foreign)
    outline = Outline()
    TreeReader(outline).read(root)
    guideline = outline.guideline(plain(path.stem)[:NAME_LENGTH] or "Guideline")
    if not guideline.words:
        raise BadGuideline(GuidelineProblem.EMPTY)
    if guideline.words > MAX_WORDS:
        raise BadGuideline(GuidelineProblem.TOO_LARGE, words=str(MAX_WORDS))
    if len(guideline.sections) > MAX_SECTIONS:
        raise BadGuideline(GuidelineProblem.TOO_LARGE, sections=str(MAX_SECTIONS))
    return guideline


def convert(data: bytes, suffix: str) -> tuple[str, bool]:
    """HTML of a document, and whether a stranger wrote that HTML. What the bytes say goes before the name."""
    if b"%PDF-" in data[:1024] or suffix == ".pdf":
        return pdf_to_html(data), False
    if data.startswith(OLE_MARK):
        # Word keeps a document with a password in the container of its old format.
        encrypted = ENCRYPTED_STREAM in data
        raise BadGuideline(GuidelineProblem.ENCRYPTED if encrypted else GuidelineProblem.UNKNOWN_FORMAT)
    if data.startswith(b"PK\x03\x04") or suffix == ".docx":
        return docx_to_html(data), True
    if suffix in HTML_SUFFIXES:
        return decode(data, html=True), True
    if suffix in MARKDOWN_SUFFIXES:
        text = decode(data)
        # Known before the parser spends a minute on it; markup is at most as long as the words.
        if len(text.split()) > 2 * MAX_WORDS:
            raise BadGuideline(GuidelineProblem.TOO_LARGE, words=str(MAX_WORDS))
        return markdown_to_html(text), False
    raise BadGuideline(GuidelineProblem.UNKNOWN_FORMAT)
