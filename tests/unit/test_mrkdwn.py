"""Other people's text in messages: shown, but without effect, and cut between visible characters."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.graphemes import cut, is_border, split_clusters, split_pieces
from bot.slack.mrkdwn import escape, inline, mention, one_line, open_url, showable, unescape


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U0BADA|x> & co", "&lt;@U0BADA|x&gt; &amp; co"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("*굵게*", "∗굵게∗"),
        ("_기울임_", "ˍ기울임ˍ"),
        ("~줄~", "∼줄∼"),
        ("`code`", "ˋcodeˋ"),
        ("__init__", "ˍˍinitˍˍ"),
        ("clip_001_a", "clip_001_a"),
        ("> quoted", "› quoted"),
        ("a > b", "a &gt; b"),
        ("\u202egnp.exe", "gnp.exe"),
        ("שלום", "\u2068שלום\u2069"),
        ("가\x00나\x07", "가나"),
    ],
)
def test_markup_loses_its_effect(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.text())
def test_no_token_survives(text: str) -> None:
    escaped = escape(text)
    assert not set("<>*~`") & set(escaped)
    assert re.fullmatch(r"(?:[^&]|&amp;|&lt;|&gt;)*", escaped, re.DOTALL)
    escaped.encode()


@given(st.text())
def test_escaping_can_be_undone_apart_from_look_alikes(text: str) -> None:
    shown = showable(text)
    undone = unescape(escape(text)).strip("\u2068\u2069")
    assert len(undone) == len(shown)


@given(st.text(), st.integers(1, 40))
def test_a_line_is_one_and_short(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert inline(text, limit)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("가나다", 3, "가나다"),
        ("가나다라", 3, "가나…"),
        ("👩‍👩‍👧‍👦가나", 6, "…"),
        ("가👩‍👩‍👧‍👦", 5, "가…"),
        ("🇰🇷🇯🇵", 3, "🇰🇷…"),
        ("\u1112\u1161\u11ab\u1112\u1161\u11ab", 5, "\u1112\u1161\u11ab…"),
        ("👍🏽가나다", 3, "👍🏽…"),
        ("e\u0301e\u0301", 3, "e\u0301…"),
        ("가나", 0, ""),
    ],
)
def test_a_cut_leaves_whole_characters(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit) == shown


@given(st.text(), st.integers(0, 30))
def test_a_cut_text_is_never_too_long(text: str, limit: int) -> None:
    assert len(cut(text, limit)) <= limit


@given(st.text(alphabet="가e\u0301\u200d👩🇰🇷🏽\r\n\u1112\u1161\u11ab"))
def test_clusters_and_pieces_make_the_whole(text: str) -> None:
    assert "".join(split_clusters(text)) == text
    pieces = list(split_pieces(text, 4))
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= 4 for piece in pieces)


def test_there_is_no_border_inside_a_flag_or_family() -> None:
    assert [is_border("🇰🇷🇯🇵", index) for index in range(5)] == [True, False, True, False, True]
    assert not is_border("👩‍👧", 1)
    assert not is_border("\r\n", 1)


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("https://media.example/1.wav", True),
        ("http://10.0.0.1/a?b=c", True),
        ("javascript:alert(1)", False),
        ("s3://bucket/1.wav", False),
        ("audio/1.wav", False),
        ("https://", False),
        ("https://[bad", False),
        ("https://x.example/a b", False),
        ("https://x.example/\u202e", False),
        ("https://x.example/" + "a" * 3000, False),
        ("", False),
    ],
)
def test_only_web_addresses_open(text: str, opens: bool) -> None:
    assert open_url(text) == (text if opens else None)


def test_a_mention_is_made_of_an_id_only() -> None:
    assert mention("U0HANEUL") == "<@U0HANEUL>"
    with pytest.raises(ValueError, match="not a Slack user id"):
        mention("U0HANEUL> <!channel")
