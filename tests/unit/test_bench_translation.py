"""Each check of the translation bench passes what is right and fails what is broken on purpose."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.translation_checks import CHECKS, Around, check_all, cores_of
from bench.translation_client import client_block
from bench.translation_judging import Posted, Seen, judge, judge_again, judge_leaks
from bench.translation_leaks import Ears, Needles, listening_to
from bench.translation_messages import Row, load_known, load_messages, shape_of
from bench.translation_shown import Shown, action_ids, has_translation, part_number, read_posts
from bench.translation_speed import busiest_second, load_headwords, name_of
from bench.translation_tally import Tally

NAMES = {"U07KRWORK": ("민지쓰",), "U04ABCDEF": ("Alex",)}

ROW = Row(
    "x-1",
    "en",
    "*Escalation* :rotating_light:\n&gt; quoted &amp; <https://docs.example.com/a|section 2.4>\n"
    "1. Open `seg_0042` <@U07KRWORK>\n2. cc <!here> <!subteam^S0123ABCD|@qa-team> in <#C024BE7LR|asr>\n"
    "• the batch was rejected\n```\nkeep  this\n```\ndone",
    (
        ":rotating_light:", "<@U07KRWORK>", "<!here>", "<!subteam^S0123ABCD|@qa-team>", "`seg_0042`", "&gt;",
        "<#C024BE7LR|asr>", "https://docs.example.com/a", "2.4", "*Escalation*",
    ),
    {"rejected": "반려", "batch": "배치"},
)  # fmt: skip
GOOD = (
    "*에스컬레이션* :rotating_light:\n&gt; 인용 &amp; <https://docs.example.com/a|2.4절> Escalation\n"
    "1. `seg_0042` 열기 *@민지쓰* 님\n2. 참조 @here @qa-team <#C024BE7LR>\n"
    "• 배치가 반려되었습니다\n```\nkeep  this\n```\n끝"
)


def post(text: str, fallback: str = "번역", extra: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"ts": "1.2", "text": fallback, "blocks": [client_block(text, "b"), *(extra or [])]}


def shown(text: str, fallback: str = "번역", extra: list[dict[str, Any]] | None = None) -> Shown:
    return read_posts([post(text, fallback, extra)], {})[""]


def broken(text: str, row: Row = ROW, **around: Any) -> dict[str, int]:
    return check_all(row, shown(text), Around("ko", NAMES, **around))


def test_a_right_translation_violates_nothing() -> None:
    assert broken(GOOD) == {}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (":rotating_light:", ""),
        (":rotating_light:", ":rotating_light: :rotating_light:"),
        ("`seg_0042`", "seg_0042"),
        ("@민지쓰", "@민지"),
        ("@here", "here"),
        ("@qa-team", "qa-team"),
        ("<#C024BE7LR>", "#asr"),
        ("<https://docs.example.com/a|2.4절>", "2.4절"),
        ("2.4절", "절"),
        (" Escalation", ""),
    ],
)
def test_what_must_survive_is_missed(was: str, becomes: str) -> None:
    assert was in GOOD
    assert broken(GOOD.replace(was, becomes))["I1"] == 1


@pytest.mark.parametrize(
    "rest",
    [
        "ZQ7QZ",
        "z q 7 q z",
        "ＺＱ７ＱＺ",
        "<x7/>",
        "&lt; x7 / &gt;",
        "&lt;x id=7&gt;",
        "[X7X]",
        "⟦7⟧",
        "\ufffc",
    ],
)
def test_a_placeholder_left_over_is_seen(rest: str) -> None:
    assert broken(f"{GOOD} {rest}")["I2"] >= 1


def test_the_letters_that_were_sent_are_known_again() -> None:
    cores = cores_of(["열기 BT12TB 님", "KO3OK was typed"], ["KO3OK was typed"])
    assert cores == {"bt"}
    assert broken(f"{GOOD} b t 12", cores=cores)["I2"] >= 1
    assert "I2" not in broken(f"{GOOD} bt 님", cores=cores)


def test_what_people_typed_themselves_is_no_placeholder() -> None:
    row = Row("x-2", "ko", "__PH0__ 랑 [X1X] 같은 {{name}} ZQ1QZ", ("[X1X]",))
    assert check_all(row, shown("like __PH0__ and [X1X] {{name}} ZQ1QZ"), Around("en", {})) == {}
    assert check_all(row, shown("like [X1X] [X1X] ZQ 1 QZ"), Around("en", {})) == {"I1": 1}
    assert check_all(row, shown("like [X2X] ZQ2QZ"), Around("en", {})) == {"I1": 1, "I2": 2}


@pytest.mark.parametrize(
    "live",
    ["<@U07KRWORK>", "<!here>", "<!subteam^S0123ABCD>", "<#C0OTHER>", "<https://evil.example.com/x>"],
)
def test_what_rings_or_leads_elsewhere_is_seen(live: str) -> None:
    assert broken(f"{GOOD} {live}")["I3"] >= 1
    in_fallback = shown(GOOD, fallback=f"번역 {live}")
    assert CHECKS["I3"](ROW, in_fallback, Around("ko", NAMES)) >= 1


@pytest.mark.parametrize("stray", ["a < b", "a & b", "a &lt b"])
def test_unescaped_signs_are_seen(stray: str) -> None:
    assert CHECKS["I3"](ROW, shown(GOOD, fallback=stray), Around("ko", NAMES)) >= 1
    mark = {"type": "context", "elements": [{"type": "mrkdwn", "text": stray}]}
    assert CHECKS["I3"](ROW, shown(GOOD, extra=[mark]), Around("ko", NAMES)) >= 1


def test_an_address_nobody_wrote_is_seen_even_as_words() -> None:
    row = Row("x-3", "en", "hello")
    text = "안녕 https://translate.example.com/error"
    block = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}
    block["elements"][0]["elements"] = [{"type": "text", "text": text}]  # type: ignore[index]  # a literal of ours
    assert broken(GOOD) == {}
    assert CHECKS["I3"](row, shown("안녕"), Around("ko", {})) == 0
    read = read_posts([{"text": "x", "blocks": [block]}], {})[""]
    assert CHECKS["I3"](row, read, Around("ko", {})) == 1


@pytest.mark.parametrize("fence", ["keep this", "keep  this\n", "KEEP  this", ""])
def test_a_changed_fence_is_seen(fence: str) -> None:
    assert broken(GOOD.replace("keep  this", fence) if fence else GOOD.replace("```\nkeep  this\n```\n", ""))[
        "I4"
    ]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("&gt; 인용", "인용"),
        ("1. `seg", "`seg"),
        ("2. 참조", "3. 참조"),
        ("• 배치", "배치"),
        ("\n2. ", " "),
        ("\n끝", "\n\n끝"),
        ("\n끝", ""),
    ],
)
def test_changed_lines_and_prefixes_are_seen(was: str, becomes: str) -> None:
    assert was in GOOD
    assert broken(GOOD.replace(was, becomes))["I5"] >= 1


def test_bullets_of_any_kind_are_one_and_the_same() -> None:
    assert shape_of("- a\n• b\n◦ c").prefixes == ("-", "-", "-")
    assert shape_of("&gt; 1. a\n(b)").prefixes == ("q1.", "")


def test_missing_terms_are_seen_and_traps_are_none() -> None:
    assert broken(GOOD.replace("반려", "거절"))["I8"] == 1
    trap = Row("x-4", "ko", "반려동물 이미지 반려 사유", (), {"반려": "reject"})
    around = Around("en", {})
    assert check_all(trap, shown("The reason pet images are rejected"), around) == {}
    assert check_all(trap, shown("The reason of pet images"), around) == {"I8": 1}
    assert check_all(trap, shown("anything"), Around("en", {}, withheld=True)) == {}


def test_a_term_within_a_longer_one_counts_once() -> None:
    row = Row("x-5", "ko", "재검수 부탁", (), {"재검수": "re-review", "검수": "review"})
    assert check_all(row, shown("Please re-review"), Around("en", {})) == {}
    assert check_all(row, shown("Please check"), Around("en", {})) == {"I8": 1}


def test_too_long_blocks_and_posts_are_seen() -> None:
    row = Row("x-6", "en", "a")
    around = Around("ko", {})
    assert CHECKS["I9"](row, shown("가" * 3000), around) == 0
    assert CHECKS["I9"](row, shown("가" * 3001), around) == 1
    many = {"text": "x", "blocks": [client_block("가" * 2900, "b")] * 5}
    assert CHECKS["I9"](row, read_posts([many], {})[""], around) == 5


def test_a_line_that_no_block_could_hold_is_one_line() -> None:
    def lines(first: str, second: str) -> int:
        message = {"text": "x", "blocks": [client_block(first, "a"), client_block(second, "b")]}
        return len(read_posts([message], {})[""].lines)

    assert lines("가" * 2900, "가" * 200) == 1
    assert lines("가" * 2900, "가" * 100) == 2


def test_parts_and_languages_of_a_card_are_told_apart() -> None:
    heading = {"type": "context", "elements": [{"type": "mrkdwn", "text": "*English*"}]}
    second = {"type": "context", "elements": [{"type": "mrkdwn", "text": "*Español*"}]}
    number = {"type": "context", "elements": [{"type": "mrkdwn", "text": "2/2"}]}
    message = {
        "text": "x",
        "blocks": [heading, client_block("yes", "a"), second, client_block("sí", "b"), number],
    }
    read = read_posts([message], {"English": "en", "Español": "es"})
    assert {language: one.text for language, one in read.items()} == {"en": "yes", "es": "sí"}
    assert has_translation(message)
    assert part_number(message) == "2/2"
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "translation:retry"}]}
    assert action_ids({"blocks": [button]}) == {"translation:retry"}
    assert not has_translation({"blocks": [button]})


@pytest.mark.parametrize(
    "haystack",
    [
        "?q=%EA%B9%80%EB%AF%BC%EC%A7%80+입니다",
        '{"text": "\\uae40\\ubbfc\\uc9c0"}',
        "010 1234.5678",
        "０１０１２３４５６７８",
        "q=minji.kim%40example.com",
        "MINJI.KIM@example.com",
    ],
)
def test_private_data_is_found_however_it_is_spelt(haystack: str) -> None:
    needles = Needles(["김민지", "010-1234-5678", "minji.kim@example.com"])
    assert len(needles.found_in(haystack)) == 1
    assert not needles.found_in("지민 김, 010-1234-567, min@example.com")


def test_logs_and_exceptions_are_heard() -> None:
    class Told(Exception):
        pass

    needles = Needles(["900101-2345678"])
    with Ears() as ears, listening_to([Told], ears.spoken):
        logging.getLogger("some.library").debug("sent %s", "900101-2345678")
        logging.getLogger("slack_sdk.web").debug("carried 900101-2345678")
        try:
            raise Told("900101-2345678")
        except Told:
            pass
        try:
            raise ValueError("9001012345678")
        except ValueError:
            logging.getLogger("bot").exception("oh")
    assert [bool(needles.found_in(said)) for said in ears.all] == [True, True, True]


def test_a_client_block_reads_as_its_text() -> None:
    text = (
        "*bold* _it_ ~no~ a_b_c :pray::skin-tone-3: <@U1A> <https://a.example/x y|l &amp; m>\n&gt; q\n"
        "3. three\n4. four\n    • deep\n```\ncode\n```\n\nend"
    )
    block = client_block(text, "b")
    kinds = [one["type"].removeprefix("rich_text_") for one in block["elements"]]
    assert kinds == ["section", "quote", "list", "list", "preformatted", "section"]
    assert block["elements"][2]["offset"] == 2
    assert block["elements"][3]["indent"] == 1
    read = read_posts([{"text": "", "blocks": [block]}], {})[""].text
    assert read == text.replace("*", "").replace("_it_", "it").replace("~", "")


def test_rows_are_read(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    line = {"id": "a", "lang": "none", "text": "👍", "must_survive": ["👍"], "pii": ["x"], "action": "skip"}
    file.write_text(json.dumps(line) + "\n\n" + json.dumps({"id": "b", "lang": "es", "text": "sí"}) + "\n")
    first, second = load_messages(file)
    assert (first.writer, first.target, first.action, first.private) == ("ko", "en", "skip", ("x",))
    assert (second.writer, second.target, second.action) == ("es", "ko", "translate")
    known = {"id": "k", "dir": "ko-en", "src": "A & B", "mt": {"google": "C"}}
    file.write_text(json.dumps(known) + "\n")
    (row,) = load_known(file, "google", 2, seed=1)
    assert (row.text, row.known, row.target) == ("A &amp; B", "C", "en")


POSTED = Posted(Row("j-1", "en", "The batch was rejected"), "bare", "C1", "100.000001")
BOT = "U0BOT"


def seen_of(*cards: dict[str, Any], after: float = 1.0, reactions: Sequence[str] = (), **more: Any) -> Seen:
    """What Slack shows of POSTED when the bot has posted these cards under it."""
    marks = [{"name": name, "users": [BOT]} for name in reactions]
    original = {"text": POSTED.row.text, "blocks": [], "edited": None, "deleted": False, "reactions": marks}
    visible = {POSTED.key: 100.000001 + after} if cards or reactions else {}
    return Seen({POSTED.key: original | more}, {POSTED.key: list(cards)}, visible)


def judged(seen: Seen, posted: Posted = POSTED) -> Tally:
    tally = Tally()
    judge(posted, seen, tally, 1, BOT)
    return tally


def failed(action_id: str = "translation:retry") -> dict[str, Any]:
    words = {"type": "mrkdwn", "text": "번역하지 못했어요"}
    button = {"type": "button", "action_id": action_id}
    return {"ts": "1.3", "text": "x", "blocks": [{"type": "section", "text": words, "accessory": button}]}


def test_a_translated_message_is_judged_by_its_words() -> None:
    tally = judged(seen_of(post("배치가 반려되었습니다")))
    assert tally.broken() == {}
    assert tally.counts["outputs"] == 1
    assert tally.latencies == pytest.approx([1.0])
    assert judged(seen_of(post("배치가 ZQ7QZ <!here>"))).broken() == {"I2": 1, "I3": 1}


def test_a_visible_failure_is_no_violation_and_a_silent_one_is() -> None:
    assert judged(seen_of(failed())).broken() == {}
    assert judged(seen_of(reactions=["warning"])).broken() == {}
    assert judged(seen_of()).broken() == {"I12": 1}
    assert judged(seen_of(failed("home:open"))).broken() == {"I12": 1}
    gone = seen_of()
    gone.visible = {POSTED.key: 103.0}
    assert judged(gone).broken() == {"I12": 1}
    assert judged(seen_of(post("배치"), after=15.5)).broken() == {"I12": 1}


def test_a_skipped_message_has_nothing_under_it() -> None:
    posted = replace(POSTED, row=replace(POSTED.row, action="skip"))
    assert judged(seen_of(), posted).broken() == {}
    assert judged(seen_of(post("배치"), reactions=["eyes"]), posted).broken() == {"I7": 2}


def test_what_may_be_skipped_may_be_silent() -> None:
    posted = replace(POSTED, row=replace(POSTED.row, action="translate_or_skip"))
    assert judged(seen_of(), posted).broken() == {}


@pytest.mark.parametrize(
    "change", [{"text": "x"}, {"blocks": [{}]}, {"edited": {"ts": "1"}}, {"deleted": True}]
)
def test_a_changed_original_is_seen(change: dict[str, Any]) -> None:
    assert judged(seen_of(post("배치"), **change)).broken() == {"I10": 1}


def test_a_second_card_is_seen_and_a_second_part_is_none() -> None:
    def part(number: str) -> dict[str, Any]:
        return post("배치", extra=[{"type": "context", "elements": [{"type": "mrkdwn", "text": number}]}])

    assert judged(seen_of(post("배치"), post("배치"))).broken()["I10"] == 1
    assert judged(seen_of(part("1/2"), part("2/2"))).broken().get("I10") is None
    assert judged(seen_of(part("1/2"), part("1/2"))).broken()["I10"] == 1
    assert judged(seen_of(post("배치"), part("2/2"))).broken()["I10"] == 1


def test_what_comes_of_a_second_delivery_is_seen() -> None:
    before, after = seen_of(post("배치")), seen_of(post("배치"), post("배치"))
    after.calls, after.writes = 1, 2
    tally = Tally()
    judge_again([POSTED], before, before, tally, 1, retried=False)
    assert tally.broken() == {}
    judge_again([POSTED], before, after, tally, 1, retried=False)
    assert tally.broken() == {"I11": 4}
    patient = Tally()
    judge_again([POSTED], before, after, patient, 1, retried=True)
    assert patient.broken() == {"I11": 1}
    before.states = {POSTED.key: [("failed", "")]}
    forgiving = Tally()
    judge_again([POSTED], before, after, forgiving, 1, retried=True)
    assert forgiving.broken() == {}


def test_leaks_are_counted_where_they_are() -> None:
    places = {
        "(request)": ["?q=민지쓰+010-1234-5678"],
        "(table person_x)": ["민지쓰"],
        "(log or exception)": ["ok"],
    }
    tally = Tally()
    judge_leaks(places, ["010-1234-5678"], ["민지쓰"], tally, 1)
    assert (tally.broken(), tally.counts["pii_leaks"]) == ({"I6": 2}, 2)
    assert [one["message"] for one in tally.figures()["violations"]] == ["(request)"]
    told = json.dumps(tally.figures(), ensure_ascii=False)
    assert "민지쓰" not in told
    assert "1234" not in told


def test_tallies_of_seeds_add_up() -> None:
    first, with_reason = judged(seen_of()), seen_of(failed())
    with_reason.states = {POSTED.key: [("failed", "libre")]}
    first.add(judged(with_reason))
    figures = first.figures()
    assert (figures["I12"], figures["not_translated"], len(figures["violations"])) == (1, 1, 1)


def test_the_busiest_second_is_found() -> None:
    assert busiest_second([0.0, 0.5, 0.9, 1.0, 1.4, 3.0]) == 4
    assert busiest_second([]) == 0


def test_callers_have_names_of_their_own(tmp_path: Path) -> None:
    assert len({name_of(number) for number in range(3200)}) == 3200
    file = tmp_path / "terms.tsv"
    file.write_text("검수\treview\t\n건\titem\t\n확인(했습니다)\tok\t\n")
    assert load_headwords(file) == ("검수",)
