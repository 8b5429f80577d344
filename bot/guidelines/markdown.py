"""Markdown to HTML, with the line of every heading, paragraph, item and row noted on its element."""

from __future__ import annotations

import html
import re
from collections.abc import MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

PLACED = frozenset(("heading_open", "paragraph_open", "list_item_open", "tr_open"))
# Tags people write in Markdown as markup; anything else in angle brackets, such as <noise>, is text.
KNOWN_NAMES = """
    a abbr address article b blockquote br caption center cite code dd del details div dl dt em
    figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp section small
    span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var
"""
KNOWN_TAGS = frozenset(KNOWN_NAMES.split())
VOID_TAGS = frozenset(("br", "hr", "img"))
PROGRAM = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)")
PLACED_TAG = re.compile(r"<(h[1-6]|summary|p|li|tr)\b", re.IGNORECASE)
FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?:[\w-]+:.*\n|[ \t]+.*\n|- .*\n|#.*\n|\n){0,100}(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
# Beyond its own limit markdown-it drops text; so it has none, and Python's stack refuses the document.
NO_LIMIT = 1_000_000


def markdown_to_html(text: str) -> str:
    """HTML of a Markdown text; `data-line` is the 1-based line.

    Indented text is never code here: guidelines indent lists with tabs far more often than they quote programs.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if matter := FRONT_MATTER.match(text):
        text = "\n" * matter.group().count("\n") + text[matter.end() :]
    parser = MarkdownIt("commonmark", {"html": True, "breaks": True, "maxNesting": NO_LIMIT})
    parser.enable(["table", "strikethrough"]).disable("code")
    parser.add_render_rule("html_inline", render_inline)
    parser.add_render_rule("html_block", render_block)
    environment: MutableMapping[str, Any] = {}
    tokens = parser.parse(text, environment)
    for token in tokens:
        if token.type in PLACED and token.map is not None:
            token.attrSet("data-line", str(token.map[0] + 1))
    return str(parser.renderer.render(tokens, parser.options, environment))


def render_inline(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, _environment: object
) -> str:
    """A tag inside a line, or its text where it is no markup: unknown, or never closed, as in "<s> starts"."""
    content = tokens[index].content
    tag = TAG.match(content)
    if tag and tag.group(2).lower() not in VOID_TAGS:
        partner = f"<{'' if tag.group(1) else '/'}{tag.group(2)}".lower()
        others = tokens[:index] if tag.group(1) else tokens[index + 1 :]
        if not any(
            other.type == "html_inline" and other.content.lower().startswith(partner) for other in others
        ):
            return html.escape(content)
    return keep_unknown_tags(content)


def render_block(
    _renderer: RendererHTML, tokens: Sequence[Token], index: int, _options: object, _environment: object
) -> str:
    """A block of HTML with its lines noted."""
    token = tokens[index]
    content, first = token.content, (token.map or [0])[0] + 1

    def placed(match: re.Match[str]) -> str:
        return f'{match.group()} data-line="{first + content.count(chr(10), 0, match.start())}"'

    return keep_unknown_tags(PROGRAM.sub("", PLACED_TAG.sub(placed, content)))


def keep_unknown_tags(content: str) -> str:
    """HTML in which tags that are no markup show as text."""
    return TAG.sub(
        lambda tag: tag.group() if tag.group(2).lower() in KNOWN_TAGS else html.escape(tag.group()), content
    )
