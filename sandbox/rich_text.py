"""From what a person types to Slack's wire text, and from there to the rich_text block clients send."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.people import Person
from sandbox.shapes import Json

TOKEN = re.compile(
    r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^>]*)?>|<#(?P<channel>[CGD][A-Z0-9]+)(?:\|[^>]*)?>|<!(?P<special>[^>]+)>"
    r"|<(?P<url>(?:https?://|mailto:)[^>|]+)(?:\|(?P<label>[^>]*))?>"
)
EMOJI = re.compile(r":(?P<name>[a-z0-9_+'-]+):")
BARE_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]}]")
HANDLE = re.compile(r"(?<![\w.<@])@(?P<name>[\w.-]*\w)")
AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")


def unescape(text: str) -> str:
    """Turn `&lt; &gt; &amp;` into what a person reads."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape_wire(text: str) -> str:
    """Escape &, < and > outside Slack's own `<…>` tokens; text that is escaped already stays as it is."""
    parts: list[str] = []
    end = 0
    for token in TOKEN.finditer(text):
        parts += [_escape(text[end : token.start()]), token.group()]
        end = token.end()
    return "".join([*parts, _escape(text[end:])])


def _escape(text: str) -> str:
    return AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def encode_typed(text: str, people: Iterable[Person]) -> str:
    """Turn typed text into wire text: @names become mentions, bare addresses links; the rest is escaped."""
    ids: dict[str, str] = {}
    for person in people:
        ids.setdefault(person.shown_name, person.id)
        ids[person.name] = person.id
    parts: list[str] = []
    end = 0
    for token in TOKEN.finditer(text):
        parts += [_encode_plain(text[end : token.start()], ids), token.group()]
        end = token.end()
    return "".join([*parts, _encode_plain(text[end:], ids)])


def _encode_plain(text: str, ids: dict[str, str]) -> str:
    parts: list[str] = []
    end = 0
    for url in BARE_URL.finditer(text):
        parts += [_encode_words(text[end : url.start()], ids), f"<{_escape(url.group())}>"]
        end = url.end()
    return "".join([*parts, _encode_words(text[end:], ids)])


def _encode_words(text: str, ids: dict[str, str]) -> str:
    return HANDLE.sub(
        lambda found: f"<@{ids[found['name']]}>" if found["name"] in ids else found.group(), _escape(text)
    )


def build_rich_text(text: str, block_id: str) -> Json:
    """Return the rich_text block that a Slack client sends along with this wire text."""
    elements: list[Json] = []
    end = 0
    for token in TOKEN.finditer(text):
        _add_plain(elements, text[end : token.start()])
        end = token.end()
        if token["user"]:
            elements.append({"type": "user", "user_id": token["user"]})
        elif token["channel"]:
            elements.append({"type": "channel", "channel_id": token["channel"]})
        elif token["special"]:
            elements.append({"type": "broadcast", "range": token["special"].split("|")[0].split("^")[0]})
        else:
            link: Json = {"type": "link", "url": unescape(token["url"])}
            if token["label"]:
                link["text"] = unescape(token["label"])
            elements.append(link)
    _add_plain(elements, text[end:])
    return {
        "type": "rich_text",
        "block_id": block_id,
        "elements": [{"type": "rich_text_section", "elements": elements}],
    }


def _add_plain(elements: list[Json], text: str) -> None:
    end = 0
    for emoji in EMOJI.finditer(text):
        if emoji.start() > end:
            elements.append({"type": "text", "text": unescape(text[end : emoji.start()])})
        elements.append({"type": "emoji", "name": emoji["name"]})
        end = emoji.end()
    if end < len(text):
        elements.append({"type": "text", "text": unescape(text[end:])})
