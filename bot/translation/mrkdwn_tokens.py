"""Spans as mrkdwn tokens: live ones for people's own text, and the same without effect elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from bot.translation.document import Span, SpanKind

MARKS = {"*": "bold", "_": "italic", "~": "strike"}
"""Slack's marks and the flag of a span that each stands for."""

LINK = re.compile(r"((?:https?|ftp|sftp|slack)://[^|]+|(?:mailto|tel|sms):[^|]+)(?:\|(.*))?")
"""The inside of a link: an address that may be live, and its label."""

DATE_TOKEN = re.compile(r"<!date\^(\d{1,12})\^([^<>|^]+)(?:\^([^<>|]+))?\|([^<>]*)>")
"""Slack's date: seconds since 1970, format, address or nothing, and what it falls back to."""
_CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]+")


def unescape(text: str) -> str:
    """Return mrkdwn's words as people read them."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """Return words for mrkdwn: no `<` or `>` of theirs can begin or end anything."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def live_token(span: Span) -> str:
    """Return a span as Slack's own clients would send it, mentions and broadcasts live."""
    label = escape(span.label).replace("\n", " ")
    match span.kind:
        case SpanKind.USER:
            return f"<@{span.text}{'|' + label if label else ''}>"
        case SpanKind.CHANNEL:
            return channel_token(span)
        case SpanKind.GROUP:
            return f"<!subteam^{span.text}{'|@' + label if label else ''}>"
        case SpanKind.BROADCAST:
            return f"<!{span.text}>"
        case SpanKind.LINK:
            return link_token(span)
        case SpanKind.CODE:
            return code_token(span)
        case SpanKind.DATE:
            return date_token(span)
        case SpanKind.TEXT | SpanKind.EMOJI:
            return escape(span.text)


def channel_token(span: Span) -> str:
    """Return a live channel, or "#" and what is known when its id is none."""
    label = escape(span.label).replace("\n", " ")
    if is_channel(span.text):
        return f"<#{span.text}{'|' + label if label else ''}>"
    return f"#{label or escape(span.text)}"


def is_channel(text: str) -> bool:
    """Say whether a text is the id of a channel."""
    return _CHANNEL_ID.fullmatch(text) is not None


def is_link(span: Span) -> bool:
    """Say whether the address of a span may be live: of the web, mail or telephone, on one line."""
    return LINK.fullmatch(span.text.replace("|", "%7C")) is not None and "\n" not in span.text


def link_token(span: Span) -> str:
    """Return a live link with its label; plain words when the address is none that may be live."""
    label = escape(span.label).replace("\n", " ")
    if not is_link(span):
        return label or escape(span.text)
    url = escape(span.text).replace("|", "%7C")
    return f"<{url}|{label}>" if label else f"<{url}>"


def code_token(span: Span) -> str:
    """Return code in backticks as it stood, if it still says the same."""
    found = re.search(r"`([^`\n]+)`", span.raw)
    if found and unescape(found[1]) == span.text:
        return f"`{defuse_code(found[1])}`"
    return f"`{escape(span.text)}`"


def date_token(span: Span) -> str:
    """Return a live date; the words it falls back to when its token is none."""
    found = DATE_TOKEN.search(span.raw)
    return found[0] if found else escape(span.text)


_HARMLESS = re.compile(r"<(?:(?:https?|ftp)://|mailto:|tel:|#[CGD][A-Z0-9]+[|>])[^<>]*>?|&(?:amp|lt|gt);")


def defuse_code(code: str) -> str:
    """Return the inside of code byte for byte, apart from tokens that would call somebody."""
    parts: list[str] = []
    end = 0
    for found in _HARMLESS.finditer(code):
        if found[0][-1] not in ">;":
            continue
        parts += [escape(code[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, escape(code[end:])])


def compose(spans: Sequence[Span], token: Callable[[Span], str]) -> str:
    """Return the spans as mrkdwn in their styles, where Slack would show the style; else without it."""
    return _compose([(span, token(span)) for span in spans], tuple(MARKS))


def _compose(written: Sequence[tuple[Span, str]], marks: tuple[str, ...]) -> str:
    if not marks:
        return "".join(text for _, text in written)
    mark, *rest = marks
    runs = [
        (styled, _compose(list(run), tuple(rest)))
        for styled, run in groupby(written, key=lambda pair: bool(getattr(pair[0], MARKS[mark])))
    ]
    texts = [text for _, text in runs]
    left = ""
    for index, (styled, text) in enumerate(runs):
        words = text.strip()
        if styled and words and mark not in words:
            start = text.index(words)
            before, after = text[:start], text[start + len(words) :]
            right = after[:1] or (texts[index + 1][:1] if index + 1 < len(texts) else "")
            if not (before[-1:] or left).isalnum() and not right.isalnum():
                texts[index] = f"{before}{mark}{words}{mark}{after}"
        left = texts[index][-1:] or left
    return "".join(texts)
