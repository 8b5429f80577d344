"""How documents are shown: nothing calls anybody, code stays as it is, and every part has room."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.translation.cutting import cut_text
from bot.translation.document import Document, Line, Span, SpanKind
from bot.translation.mrkdwn_text import from_mrkdwn
from bot.translation.pieces import units
from bot.translation.present import PART_ROOM, Part, present
from sandbox.blockkit.blocks import check_blocks
from tests.unit.test_translation_document import SLACK_TEXT
from tests.unit.translation_messages import dev_messages

NAMES = {"U04ABCDEF": "민지쓰", "U07KRWORK": "@<!here>", "S0123ABCD": "검수팀"}
CALLING = re.compile(r"<[@!](?!date\^)")
TOKEN = re.compile(
    r"<(?:#[CGD][A-Z0-9]+(?:\|[^<>]*)?|!date\^[^<>]*|(?:\w+://|mailto:|tel:|sms:)[^<>]*)>|&(?:amp|lt|gt);"
)


def text_of(text: str, **more: Any) -> str:
    return "".join(part.text for part in present(from_mrkdwn(text), NAMES, **more))


def elements(parts: tuple[Part, ...]) -> Iterator[dict[str, Any]]:
    for part in parts:
        for block in part.blocks:
            for container in block["elements"]:
                yield from container["elements"]


def check_part(part: Part) -> None:
    assert len(json.dumps(part.blocks, ensure_ascii=False, separators=(",", ":"))) <= PART_ROOM
    assert units(part.text) <= PART_ROOM
    assert part.blocks
    assert not check_blocks(part.blocks, "message")
    for block in part.blocks:
        shown = [str(e.get("text") or e.get("name") or "") for c in block["elements"] for e in c["elements"]]
        assert units("".join(shown)) <= 3000
        assert all(container["elements"] for container in block["elements"])
    for element in elements((part,)):
        assert element["type"] not in ("user", "usergroup", "broadcast")
        assert element["type"] != "text" or element["text"]


def check_text(text: str) -> None:
    assert not CALLING.search(text)
    assert not set("<>") & set(TOKEN.sub("", text))
    assert not re.search(r"&(?!amp;|lt;|gt;)", text)


@given(SLACK_TEXT)
def test_nothing_is_live_and_everything_fits(text: str) -> None:
    for part in present(from_mrkdwn(text), NAMES):
        check_part(part)
        check_text(part.text)


KINDS = st.sampled_from(list(SpanKind))
SPANS = st.builds(
    Span,
    KINDS,
    st.one_of(SLACK_TEXT, st.sampled_from(["U1", "here", "https://x.y"])),
    st.one_of(st.just(""), SLACK_TEXT),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    SLACK_TEXT,
)
LINES = st.builds(
    Line,
    st.lists(SPANS, max_size=4).map(tuple),
    st.sampled_from(["", "> ", "&gt; ", "• ", "\u2040", "<@U1>"]),
    st.booleans(),
)


@given(st.lists(LINES, max_size=6))
def test_nothing_is_live_whatever_an_engine_or_a_person_made_of_it(lines: list[Line]) -> None:
    for part in present(Document(tuple(lines)), NAMES):
        check_part(part)
        check_text(part.text)


@settings(max_examples=25)
@given(st.lists(st.tuples(SLACK_TEXT, st.integers(1, 1500)), max_size=4))
def test_long_messages_fit(pieces: list[tuple[str, int]]) -> None:
    text = "\n".join(piece * count for piece, count in pieces)[:30_000]
    for part in present(from_mrkdwn(text), NAMES):
        check_part(part)
        check_text(part.text)


@pytest.mark.parametrize("message", dev_messages())
def test_the_messages_at_hand_keep_their_form(message: dict[str, Any]) -> None:
    text = str(message["text"])
    (part,) = present(from_mrkdwn(text), NAMES)
    check_part(part)
    check_text(part.text)
    assert part.text.count("\n") == text.count("\n")
    for kept in message["must_survive"]:
        if not kept.startswith(("<@", "<!")):
            assert part.text.count(kept) == text.count(kept)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<@U04ABCDEF>에게", "@민지쓰에게"),
        ("<@U9|bob> <@U8>", "@bob @U8"),
        ("<@U07KRWORK>", "@&lt;!here&gt;"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S0123ABCD|@qa-team> <!subteam^S9|@ops>", "@검수팀 @ops"),
        ("<#C024BE7LR|proj> <#C1>", "<#C024BE7LR|proj> <#C1>"),
        (
            "<https://x.y/a 1.png|글 1> <mailto:a@b.kr|a@b.kr>",
            "<https://x.y/a 1.png|글 1> <mailto:a@b.kr|a@b.kr>",
        ),
        ("&lt;@U1&gt; &amp; &lt;!here&gt;", "&lt;@U1&gt; &amp; &lt;!here&gt;"),
        ("&gt; • 인용\n> 둘", "&gt; • 인용\n&gt; 둘"),
        ("*굵게* _기울_ ~줄~ *목*요일", "*굵게* _기울_ ~줄~ *목*요일"),
        ("앞 ```a *b* &lt;x&gt;\n\n c``` 뒤", "앞 ```a *b* &lt;x&gt;\n\n c``` 뒤"),
        ("```<!here> <@U1> <https://x.y>```", "```&lt;!here&gt; &lt;@U1&gt; <https://x.y>```"),
        ("`a &lt; b` `<@U1>`", "`a &lt; b` `&lt;@U1&gt;`"),
        ("<!date^1700000000^{date}|오늘>", "<!date^1700000000^{date}|오늘>"),
        ("", ""),
    ],
)
def test_the_text_beside_the_blocks(text: str, shown: str) -> None:
    assert text_of(text) == shown


def test_people_of_the_other_side_may_be_called() -> None:
    parts = present(from_mrkdwn("<@U04ABCDEF> <@U9>"), NAMES, live={"U9"})
    assert [part.text for part in parts] == ["@민지쓰 <@U9>"]
    assert list(elements(parts)) == [
        {"type": "text", "text": "@민지쓰", "style": {"bold": True}},
        {"type": "text", "text": " "},
        {"type": "user", "user_id": "U9"},
    ]


def test_styles_are_left_out_where_slack_would_not_show_them() -> None:
    line = Line((Span(SpanKind.TEXT, "목요일", bold=True), Span(SpanKind.TEXT, "입니다")))
    (part,) = present(Document((line,)), {})
    assert part.text == "목요일입니다"
    assert next(elements((part,)))["style"] == {"bold": True}


def test_long_lines_are_cut_after_sentences() -> None:
    sentence = "이 작업은 다시 확인해 주세요. "
    parts = present(from_mrkdwn(sentence * 1000), {})
    assert len(parts) > 1
    assert all(part.text.rstrip().endswith("주세요.") for part in parts)
    assert "".join(part.text for part in parts) == sentence * 1000
    for part in parts:
        check_part(part)


def test_parts_begin_with_whole_lines() -> None:
    text = "\n".join(f"{number}. 확인해 주세요 " + "가" * 150 for number in range(1, 100))
    parts = present(from_mrkdwn(text), {})
    assert "\n".join(part.text for part in parts) == text
    assert len(parts) < 4


def test_code_that_fits_stays_whole() -> None:
    fence = "```" + "\n".join(f"row {number} &lt;b&gt; " + "x" * 80 for number in range(40)) + "```"
    parts = present(from_mrkdwn("\n".join(["가" * 2000] * 3) + f"\n{fence}\n끝"), {})
    assert sum(fence in part.text for part in parts) == 1


def test_longer_code_is_code_in_every_part() -> None:
    code = "\n".join(f"row {number} " + "x" * 80 for number in range(400))
    parts = present(from_mrkdwn(f"```{code}```"), {})
    assert all(part.text.startswith("```") and part.text.endswith("```") for part in parts)
    assert "\n".join(part.text[3:-3] for part in parts) == code


def test_quotes_go_on_after_three_marks() -> None:
    (part,) = present(from_mrkdwn("&gt;&gt;&gt; 하나\n둘"), {})
    assert [container["type"] for container in part.blocks[0]["elements"]] == ["rich_text_quote"]


def test_a_changed_line_keeps_what_it_holds() -> None:
    document = from_mrkdwn("*확인* `a&amp;b` <@U9> :tada: 끝")
    line = document.lines[0]
    changed = tuple(
        replace(s, text="done", raw="") if s.kind is SpanKind.TEXT and s.text.strip() else s
        for s in line.spans
    )
    (part,) = present(Document((Line(changed, line.prefix),)), {"U9": "Bob"})
    assert part.text == "*done* `a&amp;b` @Bob :tada:done"


@given(st.text(), st.integers(1, 60))
def test_cutting_loses_nothing(text: str, room: int) -> None:
    head, tail = cut_text(text, room, len)
    assert head + tail == text
    assert len(head) <= room
    assert head or not text


def test_emoji_are_not_cut() -> None:
    assert cut_text("가👍🏽", 2, len) == ("가", "👍🏽")
