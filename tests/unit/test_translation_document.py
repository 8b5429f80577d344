"""Messages as documents: read from mrkdwn and written again, character for character."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.translation.document import Document, Line, Span, SpanKind
from bot.translation.mrkdwn_text import from_mrkdwn, is_glued, to_mrkdwn
from tests.unit.translation_messages import dev_messages

# fmt: off
TOKENS = (
    "```", "<@U1>", "<@U1|민지>", "<!here>", "<!subteam^S1|@qa>", "&gt;", ">", ">>>", "&lt;@U1&gt;", ":tada:", "*",
    "_", "<https://x.y/a b|라 벨>", ":확인:", "~", "`", "가", "a", "🙇\u200d♀️", "👍🏽", "1️⃣", "https://a.b/c", "에서",
    ".", "<!date^1^{date}|fallback>", "<#C1|이름>", "\u2040", "&", "<b>", "&amp;",
)
# fmt: on
SLACK_TEXT = st.one_of(
    st.text(),
    st.text(alphabet="*_~`<>&;:|@#!/ \n-1.가a\u2040\u200d"),
    st.lists(st.sampled_from([*TOKENS, " ", " ", "\n", "• ", "1. ", "- "])).map("".join),
)


def spans(text: str) -> list[tuple[str, str]]:
    return [(span.kind.value, span.text) for line in from_mrkdwn(text).lines for span in line.spans]


@given(SLACK_TEXT)
def test_any_text_comes_back(text: str) -> None:
    document = from_mrkdwn(text)
    assert to_mrkdwn(document) == text
    assert Document.load(json.loads(json.dumps(document.dump()))) == document
    assert sum(not is_glued(line) for line in document.lines) == text.count("\n") + 1


@given(SLACK_TEXT)
def test_what_is_written_anew_says_the_same(text: str) -> None:
    document = from_mrkdwn(text)
    bare = Document(
        tuple(
            replace(
                line,
                spans=tuple(replace(s, raw="") if s.kind is not SpanKind.DATE else s for s in line.spans),
            )
            for line in document.lines
        )
    )
    again = from_mrkdwn(to_mrkdwn(bare))
    for kind in (SpanKind.USER, SpanKind.BROADCAST, SpanKind.CHANNEL, SpanKind.GROUP):
        assert _of_kind(again, kind) == _of_kind(document, kind)


def _of_kind(document: Document, kind: SpanKind) -> list[str]:
    return [
        span.text for line in document.lines if not line.fence for span in line.spans if span.kind is kind
    ]


@pytest.mark.parametrize("message", dev_messages())
def test_the_messages_at_hand_come_back(message: dict[str, object]) -> None:
    text = str(message["text"])
    document = from_mrkdwn(text)
    assert to_mrkdwn(document) == text
    assert document.is_wordless == (message["action"] == "skip")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<@U07KRWORK> `seg_0042` 반려",
            [("user", "U07KRWORK"), ("text", " "), ("code", "seg_0042"), ("text", " 반려")],
        ),
        (
            "오늘:white_check_mark:완료:tada:입니다",
            [
                ("text", "오늘"),
                ("emoji", ":white_check_mark:"),
                ("text", "완료"),
                ("emoji", ":tada:"),
                ("text", "입니다"),
            ],
        ),
        (":thumbsup::skin-tone-2:", [("emoji", ":thumbsup::skin-tone-2:")]),
        (":감사합니다: 네", [("emoji", ":감사합니다:"), ("text", " 네")]),
        ("구분:내용:비고", [("text", "구분:내용:비고")]),
        ("16:30:22", [("text", "16:30:22")]),
        ("👍🏽🙇‍♀️", [("emoji", "👍🏽"), ("emoji", "🙇‍♀️")]),
        ("👨‍👩‍👧‍👦🇰🇷1️⃣", [("emoji", "👨‍👩‍👧‍👦"), ("emoji", "🇰🇷"), ("emoji", "1️⃣")]),
        ("&lt;@U1&gt; &lt;!here&gt;", [("text", "<@U1> <!here>")]),
        ("a &amp;lt; b", [("text", "a &lt; b")]),
        ("<!here> <!channel|channel>", [("broadcast", "here"), ("text", " "), ("broadcast", "channel")]),
        ("<mailto:a@b.kr|a@b.kr>", [("link", "mailto:a@b.kr")]),
        ("<https://x.y/a?b=1&amp;c=2>", [("link", "https://x.y/a?b=1&c=2")]),
        ("<https://x.y/스크린샷 1.png|스크린샷>", [("link", "https://x.y/스크린샷 1.png")]),
        ("https://x.y/t/99에서 봐요", [("link", "https://x.y/t/99"), ("text", "에서 봐요")]),
        ("(https://x.y/가나다).", [("text", "("), ("link", "https://x.y/가나다"), ("text", ").")]),
        ("<javascript:alert(1)|x>", [("text", "<javascript:alert(1)|x>")]),
        ("<!date^1700000000^{date}|오늘>", [("date", "오늘")]),
        ("snake_case_name 2*3*4 3~4시", [("text", "snake_case_name 2*3*4 3~4시")]),
        ("*목요일*입니다", [("text", "*목요일*입니다")]),
    ],
)
def test_what_is_a_span(text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(text) == expected


def test_labels_and_names_are_kept() -> None:
    line = from_mrkdwn("<#C1|proj> <!subteam^S1|@qa> <@U1|minji> <https://x.y|2.4 &amp; 2.5>").lines[0]
    assert [s.label for s in line.spans if s.kind is not SpanKind.TEXT] == [
        "proj",
        "qa",
        "minji",
        "2.4 & 2.5",
    ]


def test_styles_are_flags_where_slack_shows_them() -> None:
    bold, both, struck = (
        span for span in from_mrkdwn("*a <@U1>* _*b*_ ~c~").lines[0].spans if span.text in ("U1", "b", "c")
    )
    assert bold.bold
    assert both.bold
    assert both.italic
    assert struck.strike
    assert not struck.bold


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("&gt; Worker says", "&gt; "),
        (">인용", ">"),
        ("&gt; • 하나", "&gt; • "),
        ("1. 파일 받기", "1. "),
        ("1.파일", "1."),
        ("3.3% 공제", ""),
        ("2024. 3. 5일", ""),
        ("- 항목", "- "),
        ("* 항목", "* "),
        ("*굵게*", ""),
        ("-5도", ""),
        ("    ◦ 안쪽", "    ◦ "),
        ("1) 첫째", "1) "),
        ("①첫째", "①"),
        ("   ", "   "),
    ],
)
def test_prefixes_stay_out_of_the_words(text: str, prefix: str) -> None:
    assert from_mrkdwn(text).lines[0].prefix == prefix


def test_fences_are_lines_of_their_own() -> None:
    lines = from_mrkdwn("앞 ```a *b*\nc``` 뒤\n```x```").lines
    assert [(line.fence, line.spans[0].text) for line in lines] == [
        (False, "앞 "),
        (True, "```a *b*"),
        (True, "c```"),
        (False, " 뒤"),
        (True, "```x```"),
    ]
    assert [is_glued(line) for line in lines] == [False, True, False, True, False]


def test_an_open_fence_is_none() -> None:
    assert not any(line.fence for line in from_mrkdwn("``` 안 닫힘\n다음").lines)


def test_words_only() -> None:
    document = from_mrkdwn("<@U1>님 `code` 확인 :tada:\n```x```\nhttps://x.y <https://x.y|글>")
    assert document.plain() == "님   확인\n\n"
    assert not document.is_wordless
    assert from_mrkdwn("<@U1> :tada: `code` 12 <https://x.y|글>\n```가```").is_wordless


def test_only_labels_that_say_something_have_words() -> None:
    def link(url: str, label: str) -> bool:
        return Span(SpanKind.LINK, url, label).has_words

    assert link("https://x.y", "작업 보기")
    assert not link("https://x.y/t/9", "x.y/t/9")
    assert not link("mailto:a@b.kr", "a@b.kr")
    assert not link("https://x.y", "2.4")


def test_changed_lines_are_written_from_what_they_say() -> None:
    line = from_mrkdwn("*hello* <@U1|x> there").lines[0]
    first, _, user, last = line.spans
    changed = Line((replace(first, text="a & b"), replace(last, text=" "), user, replace(last, text="님")))
    assert to_mrkdwn(Document((changed,))) == "*a &amp; b* <@U1|x>님"


@pytest.mark.parametrize("json", [[{}], [{"spans": [{"kind": "no", "text": ""}]}], [1]])
def test_other_json_is_no_document(json: list[object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Document.load(json)


def test_long_lines_of_marks_take_no_time() -> None:
    for text in ("*" * 40_000, " *a" * 13_000, "<" * 40_000, ":a" * 20_000, "`" * 39_999, "_a_ *b " * 5_000):
        assert to_mrkdwn(from_mrkdwn(text)) == text
