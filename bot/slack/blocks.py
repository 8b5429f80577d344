"""Block Kit in this project's words: each function returns a checked dict made by slack_sdk's classes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    MarkdownTextObject,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextQuoteElement,
    RichTextSectionElement,
    SectionBlock,
)

from bot.slack.graphemes import split_pieces
from bot.slack.mrkdwn import showable

Json = dict[str, Any]
Style = Literal["primary", "danger"]

ROOM = 12_000
"""Characters of compact JSON a message may have; Slack refuses messages somewhere above 13,000."""

_SIZES = (3000, 1800, 1000, 500, 200)
_QUOTE_PIECE = 3000


class Run(NamedTuple):
    """A stretch of rich text in one style; its text is never read as markup."""

    text: str
    style: Literal["", "bold", "italic", "strike"] = ""


def fit(build: Callable[[int], list[Json]]) -> list[Json]:
    """Return the blocks with the most of people's text that a message can carry.

    `build` receives the characters each foreign text may have, from 3,000 down to 200.
    """
    blocks: list[Json] = []
    for size in _SIZES:
        blocks = build(size)
        if measure(blocks) <= ROOM:
            break
    return blocks


def measure(blocks: list[Json]) -> int:
    """Return the characters of the blocks as compact JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def plain(text: str) -> PlainTextObject:
    """Return text that is shown exactly as it is."""
    return PlainTextObject(text=text, emoji=False)


def _mrkdwn(text: str) -> MarkdownTextObject:
    # Verbatim: Slack then links nothing by itself, neither addresses nor names of people and channels.
    return MarkdownTextObject(text=text, verbatim=True)


def section(text: str, button: Json | None = None) -> Json:
    """Return a paragraph of mrkdwn, with a button at its side if one is given."""
    block = SectionBlock(text=_mrkdwn(text)).to_dict()
    return block | {"accessory": button} if button else block


def fields(*pairs: tuple[str, str]) -> Json:
    """Up to ten labelled values in two columns; labels and values are mrkdwn."""
    return SectionBlock(fields=[_mrkdwn(f"*{label}*\n{value}") for label, value in pairs]).to_dict()


def context(*texts: str) -> Json:
    """Small grey lines of mrkdwn."""
    return ContextBlock(elements=[_mrkdwn(text) for text in texts]).to_dict()


def small(text: str) -> Json:
    """Return a small grey line that is shown exactly as it is: for ids that people copy."""
    return ContextBlock(elements=[plain(text or "—")]).to_dict()


def divider() -> Json:
    """Return a thin line."""
    return DividerBlock().to_dict()


def quote(title: str, runs: Iterable[Run], note: str = "") -> Json:
    """Somebody's text as rich text: a bold title, the quoted runs, and a small note below."""
    elements: list[Any] = [RichTextSectionElement(elements=[_run(Run(title, "bold"))])] if title else []
    quoted = [_run(run) for run in runs if run.text]
    elements.append(RichTextQuoteElement(elements=quoted or [_run(Run("—"))]))
    if note:
        elements.append(RichTextSectionElement(elements=[_run(Run(note, "italic"))]))
    return RichTextBlock(elements=elements).to_dict()


def full_quote(title: str, text: str) -> list[Json]:
    """Return the whole of a long text as several quotes: for forms, which have the room."""
    pieces = list(split_pieces(showable(text), _QUOTE_PIECE)) or ["—"]
    return [quote(title if not number else "", [Run(piece)]) for number, piece in enumerate(pieces)]


def bullets(lines: Iterable[str]) -> Json:
    """Return a list of plain lines; nothing in them is read as markup."""
    items = [RichTextSectionElement(elements=[_run(Run(line or "—"))]) for line in lines]
    return RichTextBlock(elements=[RichTextListElement(style="bullet", elements=items)]).to_dict()


def _run(run: Run) -> RichTextElementParts.Text:
    style = RichTextElementParts.TextStyle(**{run.style: True}) if run.style else None
    return RichTextElementParts.Text(text=run.text, style=style)


def button(
    text: str, action: str, value: object = "-", *, style: Style | None = None, confirm: Json | None = None
) -> Json:
    """Return a button; `value` comes back when it is pressed."""
    made = ButtonElement(
        text=PlainTextObject(text=text, emoji=True), action_id=action, value=str(value), style=style
    ).to_dict()
    return made | {"confirm": confirm} if confirm else made


def link(text: str, action: str, url: str) -> Json:
    """Return a button that opens an address in the browser."""
    label = PlainTextObject(text=text, emoji=True)
    return ButtonElement(text=label, action_id=action, url=url).to_dict()


def ask(title: str, text: str, yes: str, no: str, style: Style = "danger") -> Json:
    """Return the question Slack asks before a button counts."""
    return ConfirmObject(
        title=plain(title), text=plain(text), confirm=plain(yes), deny=plain(no), style=style
    ).to_dict()


def actions(*buttons: Json | None) -> list[Json]:
    """Return a row of those buttons that are there; no row without any."""
    there = [button for button in buttons if button is not None]
    return [ActionsBlock(elements=there).to_dict()] if there else []


def bar(done: int, whole: int) -> str:
    """Return ten squares; the last one is only filled when everything is done."""
    filled = done * 10 // whole if whole else 0
    return "🟩" * filled + "⬜" * (10 - filled)
