"""Messages as documents: read from the tree that Slack sends, and written as one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.document import Document, Line, Span, SpanKind
from bot.translation.mrkdwn_text import from_mrkdwn
from bot.translation.rich_text import from_blocks, read, to_blocks

Json = dict[str, Any]


def tree(*containers: Json) -> list[Json]:
    return [{"type": "rich_text", "block_id": "b", "elements": list(containers)}]


def holder(kind: str, *elements: Json | str, **more: object) -> Json:
    parts = [{"type": "text", "text": e} if isinstance(e, str) else e for e in elements]
    return {"type": f"rich_text_{kind}", "elements": parts, **more}


def section(*elements: Json | str) -> Json:
    return holder("section", *elements)


def listing(style: str, *items: str, **more: object) -> Json:
    return {
        "type": "rich_text_list",
        "style": style,
        "elements": [section(item) for item in items],
        **more,
    }


def lines(blocks: list[Json]) -> list[tuple[str, str]]:
    document = from_blocks(blocks)
    assert document is not None
    return [(line.prefix, "".join(span.text for span in line.spans)) for line in document.lines]


def test_structure_becomes_prefixes() -> None:
    blocks = tree(
        section("안내:\n"),
        listing("ordered", "파일 받기", "라벨링"),
        listing("bullet", "안쪽\n이어서", indent=1),
        listing("ordered", "제출", offset=2),
        holder("quote", "인용\n둘째"),
        section("\n끝"),
    )
    assert lines(blocks) == [
        ("", "안내:"),
        ("1. ", "파일 받기"),
        ("2. ", "라벨링"),
        ("    ◦ ", "안쪽"),
        ("      ", "이어서"),
        ("3. ", "제출"),
        ("> ", "인용"),
        ("> ", "둘째"),
        ("", ""),
        ("", "끝"),
    ]


def test_typed_lists_have_prefixes_too() -> None:
    assert lines(tree(section("1. 하나\n- 둘\n&gt; 아님"))) == [
        ("1. ", "하나"),
        ("- ", "둘"),
        ("", "&gt; 아님"),
    ]


def test_code_is_fenced() -> None:
    document = from_blocks(tree(section("앞\n"), holder("preformatted", "a < b\n\nc"), section("뒤")))
    assert document == Document(
        (
            Line((Span(SpanKind.TEXT, "앞"),)),
            Line((Span(SpanKind.TEXT, "```a &lt; b"),), fence=True),
            Line((Span(SpanKind.TEXT, ""),), fence=True),
            Line((Span(SpanKind.TEXT, "c```"),), fence=True),
            Line((Span(SpanKind.TEXT, "뒤"),)),
        )
    )


@pytest.mark.parametrize(
    ("element", "span"),
    [
        ({"type": "user", "user_id": "U1"}, Span(SpanKind.USER, "U1")),
        ({"type": "channel", "channel_id": "C1"}, Span(SpanKind.CHANNEL, "C1")),
        ({"type": "usergroup", "usergroup_id": "S1"}, Span(SpanKind.GROUP, "S1")),
        ({"type": "broadcast", "range": "here"}, Span(SpanKind.BROADCAST, "here")),
        ({"type": "link", "url": "https://x.y"}, Span(SpanKind.LINK, "https://x.y")),
        ({"type": "link", "url": "https://x.y", "text": "글"}, Span(SpanKind.LINK, "https://x.y", "글")),
        ({"type": "emoji", "name": "확인"}, Span(SpanKind.EMOJI, ":확인:")),
        ({"type": "emoji", "name": "+1", "skin_tone": 2}, Span(SpanKind.EMOJI, ":+1::skin-tone-2:")),
        ({"type": "emoji", "name": "wave::skin-tone-3"}, Span(SpanKind.EMOJI, ":wave::skin-tone-3:")),
        ({"type": "color", "value": "#F405B3"}, Span(SpanKind.CODE, "#F405B3")),
        ({"type": "text", "text": "x_1", "style": {"code": True}}, Span(SpanKind.CODE, "x_1")),
        ({"type": "text", "text": "목", "style": {"bold": True}}, Span(SpanKind.TEXT, "목", bold=True)),
        ({"type": "text", "text": "🙇‍♀️"}, Span(SpanKind.EMOJI, "🙇‍♀️")),
        (
            {"type": "date", "timestamp": 1700000000, "format": "{date}", "fallback": "오늘"},
            Span(SpanKind.DATE, "오늘", raw="<!date^1700000000^{date}|오늘>"),
        ),
    ],
)
def test_elements(element: Json, span: Span) -> None:
    document = from_blocks(tree(section(element)))
    assert document == Document((Line((span,)),))
    again = from_blocks(to_blocks(document, {}, live={"U1"}))
    assert again == document or span.kind in (SpanKind.GROUP, SpanKind.BROADCAST) or span.text == "#F405B3"


@pytest.mark.parametrize(
    "blocks",
    [
        None,
        [],
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
        [*tree(section("a")), {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}],
        tree({"type": "rich_text_new", "elements": []}),
        tree(section({"type": "hologram"})),
        tree(section({"type": "broadcast", "range": "subteam"})),
        tree(section({"type": "user"})),
        tree(section({"type": "user", "user_id": 7})),
        [{"type": "rich_text", "elements": 3}],
        [7],
        "text",
    ],
)
def test_unknown_trees_are_not_guessed(blocks: Any) -> None:
    assert from_blocks(blocks) is None
    assert read("*a*", blocks) == from_mrkdwn("*a*")


def test_a_flat_tree_is_read_from_its_mrkdwn() -> None:
    text = "&gt; `code` <#C1|이름>"
    flat = tree(section("> `code` ", {"type": "channel", "channel_id": "C1"}))
    assert read(text, flat) == from_mrkdwn(text)
    styled = tree(section({"type": "text", "text": "a*b*", "style": {"bold": True}}))
    assert read("*a*b**", styled) == from_blocks(styled)
    assert read("", flat) == from_blocks(flat)


def test_what_no_database_keeps_is_left_out() -> None:
    assert read("가\x00나\ud800", None) == from_mrkdwn("가나")
    assert lines(tree(section({"type": "text", "text": "가\x00나", "style": {"bold": True}}))) == [
        ("", "가나")
    ]


def test_blocks_have_quotes_and_code() -> None:
    document = from_mrkdwn("앞\n&gt; 인용 *굵게*\n&gt; 둘\n```a &lt; b```\n\n- 끝 :tada:")
    assert [(part["type"], part["elements"]) for part in to_blocks(document, {})[0]["elements"]] == [
        ("rich_text_section", [{"type": "text", "text": "앞"}]),
        (
            "rich_text_quote",
            [
                {"type": "text", "text": "인용 "},
                {"type": "text", "text": "굵게", "style": {"bold": True}},
                {"type": "text", "text": "\n둘"},
            ],
        ),
        ("rich_text_preformatted", [{"type": "text", "text": "a < b"}]),
        ("rich_text_section", [{"type": "text", "text": "\n- 끝 "}, {"type": "emoji", "name": "tada"}]),
    ]


WORDS = st.text(alphabet="가나 ab*_`<>&.", min_size=1, max_size=12)
ELEMENTS = st.one_of(
    WORDS.map(lambda text: {"type": "text", "text": text}),
    WORDS.map(lambda text: {"type": "text", "text": text, "style": {"italic": True}}),
    st.just({"type": "emoji", "name": "tada"}),
    st.just({"type": "link", "url": "https://x.y/스크린샷 1.png", "text": "글"}),
    st.just({"type": "text", "text": "가\n\n나"}),
)
CONTAINERS = st.one_of(
    st.lists(ELEMENTS, min_size=1, max_size=4).map(lambda parts: section(*parts)),
    st.lists(ELEMENTS, min_size=1, max_size=4).map(lambda parts: holder("quote", *parts)),
    WORDS.map(lambda text: holder("preformatted", text)),
)


@given(st.lists(CONTAINERS, min_size=1, max_size=5))
def test_trees_say_the_same_when_written_again(containers: list[Json]) -> None:
    document = from_blocks(tree(*containers))
    assert document is not None
    again = from_blocks(to_blocks(document, {}))
    if again is not None:
        assert again.plain().split() == document.plain().split()
    assert Document.load(document.dump()) == document
