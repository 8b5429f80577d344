"""Looks at single HTML elements: what a browser would hide, what is bold, where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import html

from bot.guidelines.leads import plain
from bot.guidelines.outline import Place
from bot.guidelines.problems import BadGuideline, GuidelineProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

HIDDEN_NAMES = """
    head script style nav template noscript iframe object embed svg math canvas audio video select
    button input textarea map title meta link
"""
HIDDEN_TAGS = frozenset(HIDDEN_NAMES.split())
HIDDEN_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "menu"))
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
PLAIN_STYLE = re.compile(r"font-weight\s*:\s*(?:normal|[34]00)", re.IGNORECASE)
BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
PERMALINKS = "¶#§🔗 "


def parse(text: str, *, foreign: bool = False) -> HtmlElement:
    """The tree of an HTML text, however deep or broken it is.

    A foreign page that says which part of it is its content is believed, unless its headings are elsewhere.
    Raises BadGuideline(broken) for markup nested 2,000 deep.
    """
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = html.document_fromstring(f"<!DOCTYPE html><body><p></p>{text}".encode(), parser=parser)
    if any(entry.level_name == "FATAL" for entry in parser.error_log):
        # The parser gave up, and what came after that is missing: better no guideline than half of one.
        raise BadGuideline(GuidelineProblem.BROKEN, part="nesting")
    if foreign:
        forget_places(root)
        mains = list(root.iter("main"))
        if len(mains) == 1 and next(mains[0].iter(*HEADINGS), None) is not None:
            return mains[0]
    return root


def tag_of(element: HtmlElement) -> str:
    """The lower-case name of an element, "" for what is none."""
    return element.tag.lower() if isinstance(element.tag, str) else ""


def is_hidden(element: HtmlElement) -> bool:
    """Whether readers of the page would not see the element, or it only leads around the site."""
    return (
        tag_of(element) in HIDDEN_TAGS
        or "hidden" in element.attrib
        or element.get("role") in HIDDEN_ROLES
        or bool(HIDDEN_STYLE.search(element.get("style") or ""))
    )


def is_bold(element: HtmlElement) -> bool:
    """Whether the element makes its text bold."""
    style = element.get("style") or ""
    # Editors wrap whole documents in <b style="font-weight: normal">.
    if tag_of(element) in {"b", "strong"}:
        return not PLAIN_STYLE.search(style)
    return bool(BOLD_STYLE.search(style))


def visible_text(element: HtmlElement) -> Iterator[str]:
    """The pieces of text inside an element, in order, without recursion; <br> is a line feed."""
    todo: list[HtmlElement | str] = [element]
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            yield part
        elif part is element or not is_hidden(part):
            if tag_of(part) == "br":
                yield "\n"
            if tag_of(part) == "img":
                yield f" {part.get('alt') or ''} "
            for child in reversed(part):
                todo.extend((child.tail or "", child))
            todo.append(part.text or "")


def heading_text(element: HtmlElement) -> str:
    """The words of a heading or cell on one line, without the mark that links to itself."""
    return plain("".join(visible_text(element))).strip(PERMALINKS)


def place_of(element: HtmlElement) -> Place:
    """Line and page that our own converters noted on the element or on what stands around it."""
    line = element.get("data-line")
    page = element.get("data-page")
    return Place(int(line) if line else None, int(page) if page else None)


def forget_places(root: HtmlElement) -> None:
    """Removes such notes from foreign HTML, where they mean something else."""
    for element in root.iter():
        for name in ("data-line", "data-page"):
            element.attrib.pop(name, None)
