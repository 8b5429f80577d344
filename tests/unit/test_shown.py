"""What a message shows: words in every corner of it, and whether pictures hang on it."""

from __future__ import annotations

from typing import Any

from bot.domain.prints import normalise
from handlers.shown import shows_picture, words_shown

SAID = "아따 그때는 말이여"


def _rich(*elements: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "elements": list(elements)}]


def _section(*texts: str) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": text} for text in texts]}


def _is_in(message: dict[str, Any], words: str = SAID) -> bool:
    return normalise(words) in normalise(words_shown(message))


def test_plain_and_rich_words() -> None:
    assert _is_in({"text": f"*{SAID}* <@U1>"})
    assert _is_in({"text": "", "blocks": _rich(_section("아따 그때", "는 말이여"))})
    assert _is_in({"text": "아따 <@U1> 그때는 말이여"}), "a name in the middle hides nothing"
    quoted = {"type": "rich_text_quote", "elements": [{"type": "text", "text": SAID}]}
    fenced = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": SAID}]}
    assert _is_in({"text": "x", "blocks": _rich(quoted)})
    assert _is_in({"text": "x", "blocks": _rich(fenced)})
    assert _is_in({"text": f"<https://a.example|{SAID}>"})
    assert _is_in({"text": "a &amp; b"}, "ab"), "escapes are no letters"


def test_snippets_and_what_was_forwarded() -> None:
    assert _is_in({"text": "", "files": [{"mimetype": "text/plain", "preview": SAID}]})
    assert _is_in({"text": "", "files": [{"title": SAID}]})
    assert _is_in({"text": "보세요", "attachments": [{"text": SAID, "is_share": True}]})
    card = [{"type": "section", "text": {"type": "mrkdwn", "text": f"&gt; {SAID}"}}]
    assert _is_in({"text": "", "attachments": [{"blocks": card}]})
    shared = [{"team": "T1", "message": {"blocks": _rich(_section(SAID))}}]
    assert _is_in({"text": "", "attachments": [{"message_blocks": shared}]})
    assert words_shown({"text": None, "files": None, "attachments": "?"}) == ""


def test_pictures() -> None:
    assert shows_picture({"files": [{"mimetype": "application/pdf"}, {"mimetype": "image/png"}]})
    assert not shows_picture({"files": [{"mimetype": "application/pdf"}, {}]})
    assert not shows_picture({"files": None})
    assert not shows_picture({})
